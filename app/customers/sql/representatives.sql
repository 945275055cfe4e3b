-- The customers that represented these organizations, represent them, or will.
SELECT DISTINCT member_id
  FROM representations
 WHERE program_id = CAST(:program_id AS uuid)
   AND organization_id = ANY (CAST(:organizations AS uuid[]))
 ORDER BY member_id
