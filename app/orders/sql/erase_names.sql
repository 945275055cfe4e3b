-- Facts of orders that count for others, filed with them and naming nobody who is erased.
SELECT erase_names(CAST(:program_id AS uuid), CAST(:member_ids AS uuid[]),
                   CAST(:event_keys AS uuid[]), CAST(:homes AS uuid[]), CAST(:versions AS text[]),
                   CAST(:said AS text[]))
