-- The facts of these orders, these events of people, and whatever is filed with these members are
-- deleted; their keys stay known, so that none of them comes again.
SELECT erase_facts(CAST(:program_id AS uuid), CAST(:order_keys AS uuid[]),
                   CAST(:homes AS uuid[]), CAST(:event_keys AS uuid[]),
                   CAST(:member_ids AS uuid[]))
