-- The deliveries of an endpoint below a number, the newest first.
SELECT d.endpoint_id, d.feed_seq, d.program_id, d.member_id, c.type, d.state, d.replay, d.attempts,
       d.retry_at, d.created_at, d.ended_at
  FROM deliveries d
  LEFT JOIN changes c ON c.program_id = d.program_id AND c.feed_seq = d.feed_seq
 WHERE d.program_id = CAST(:program_id AS uuid)
   AND d.endpoint_id = CAST(:endpoint_id AS uuid)
   AND d.feed_seq < CAST(:before AS bigint)
   AND (CAST(:state AS text) IS NULL OR d.state = CAST(:state AS text))
 ORDER BY d.feed_seq DESC
 LIMIT CAST(:most AS integer)
