-- The organizations that ever belonged to another one, do, or will.
SELECT DISTINCT r.member_id
  FROM representations r
  JOIN members m ON m.member_id = r.member_id
 WHERE r.program_id = CAST(:program_id AS uuid)
   AND m.kind = 'organization'
 ORDER BY r.member_id
