-- Whom these customers represent or represented, the newest recorded first.
SELECT member_id, organization_id, from_on, until_on, recorded
  FROM representations
 WHERE program_id = CAST(:program_id AS uuid)
   AND member_id = ANY (CAST(:customers AS uuid[]))
 ORDER BY member_id, recorded DESC
