-- Whether a member ever had an override of this id, removed or not.
SELECT 1 AS known
  FROM overrides
 WHERE program_id = CAST(:program_id AS uuid)
   AND member_id = CAST(:member_id AS uuid)
   AND id = CAST(:id AS uuid)
