-- Walks that have come to a member that is erased have come just before it.
UPDATE push_sweeps s
   SET after_member = gone.before
  FROM unnest(CAST(:member_ids AS uuid[]), CAST(:befores AS uuid[])) AS gone (member_id, before)
 WHERE s.program_id = CAST(:program_id AS uuid)
   AND s.after_member = gone.member_id
