-- The customers that begin or have ceased to represent an organization on one day.
SELECT DISTINCT member_id
  FROM representations
 WHERE program_id = CAST(:program_id AS uuid)
   AND (from_on = CAST(:day AS date) OR until_on = CAST(:day AS date) - 1)
 ORDER BY member_id
