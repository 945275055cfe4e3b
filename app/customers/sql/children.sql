-- The organizations that belong to one of these on a day from a date on.
SELECT DISTINCT r.member_id
  FROM representations r
  JOIN members m ON m.member_id = r.member_id
 WHERE r.program_id = CAST(:program_id AS uuid)
   AND r.organization_id = ANY (CAST(:parents AS uuid[]))
   AND (r.until_on IS NULL OR r.until_on >= CAST(:since AS date))
   AND m.kind = 'organization'
 ORDER BY r.member_id
