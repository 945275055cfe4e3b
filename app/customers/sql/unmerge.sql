-- The customer is itself again; both are locked.
UPDATE members
   SET merged_into = NULL
 WHERE program_id = CAST(:program_id AS uuid)
   AND member_id = CAST(:removed AS uuid)
   AND merged_into = CAST(:kept AS uuid)
