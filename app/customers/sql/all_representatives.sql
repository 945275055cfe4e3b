-- The customers that ever represented an organization, do, or will.
SELECT DISTINCT member_id
  FROM representations
 WHERE program_id = CAST(:program_id AS uuid)
 ORDER BY member_id
