-- The customers that begin or have ceased to represent somebody on a day of this range.
SELECT DISTINCT member_id
  FROM representations
 WHERE program_id = CAST(:program_id AS uuid)
   AND (from_on BETWEEN CAST(:first AS date) AND CAST(:last AS date)
        OR until_on BETWEEN CAST(:first AS date) - 1 AND CAST(:last AS date) - 1)
 ORDER BY member_id
