-- The customer is another one from now on; both are locked.
UPDATE members
   SET merged_into = CAST(:kept AS uuid)
 WHERE program_id = CAST(:program_id AS uuid)
   AND member_id = CAST(:removed AS uuid)
