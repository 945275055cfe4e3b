-- The first members of one slice whose orders stand under an older counting than asked for.
SELECT member_id
  FROM members
 WHERE program_id = CAST(:program_id AS uuid)
   AND counting < CAST(:counting AS integer)
   AND member_id > CAST(:after AS uuid)
   AND member_id <= CAST(:through AS uuid)
 ORDER BY member_id
 LIMIT CAST(:most AS integer)
