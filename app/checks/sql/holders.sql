-- The members of a range that hold a level.
SELECT DISTINCT member_id
  FROM positions
 WHERE program_id = CAST(:program_id AS uuid)
   AND position > 0
   AND member_id > CAST(:after AS uuid)
   AND member_id <= CAST(:through AS uuid)
 ORDER BY member_id
