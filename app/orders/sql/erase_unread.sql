-- Events in quarantine lose what they hold of somebody who is erased.
SELECT empty_events(CAST(:program_id AS uuid), CAST(:member_ids AS uuid[]),
                    CAST(:event_keys AS uuid[]))
