-- An import that has decided up to a member that is erased has decided up to just before it.
UPDATE imports i
   SET decided_through = gone.before
  FROM unnest(CAST(:member_ids AS uuid[]), CAST(:befores AS uuid[])) AS gone (member_id, before)
 WHERE i.program_id = CAST(:program_id AS uuid)
   AND i.decided_through = gone.member_id
