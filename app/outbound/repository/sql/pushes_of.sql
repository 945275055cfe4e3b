-- What a target says of whom, in id order behind a member.
SELECT p.member_id, m.kind, m.external_id, p.state, p.desired, p.acknowledged, p.reason,
       p.attempts, p.retry_at, p.error, p.acknowledged_at
  FROM pushes p
  JOIN members m ON m.member_id = p.member_id
 WHERE p.program_id = CAST(:program_id AS uuid)
   AND p.target_id = CAST(:target_id AS uuid)
   AND (CAST(:state AS text) IS NULL OR p.state = CAST(:state AS text))
   AND (CAST(:after AS uuid) IS NULL OR p.member_id > CAST(:after AS uuid))
 ORDER BY p.member_id
 LIMIT CAST(:most AS integer)
