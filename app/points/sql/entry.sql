-- One line of a member's ledger.
SELECT points
  FROM points_entries
 WHERE program_id = CAST(:program_id AS uuid)
   AND member_id = CAST(:member_id AS uuid)
   AND entry_id = CAST(:entry_id AS uuid)
