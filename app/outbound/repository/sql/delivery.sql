-- One delivery to an endpoint that is there.
SELECT d.endpoint_id, d.feed_seq, d.program_id, d.member_id, c.type, d.state, d.replay, d.attempts,
       d.retry_at, d.created_at, d.ended_at
  FROM deliveries d
  JOIN endpoints e ON e.id = d.endpoint_id AND e.deleted_at IS NULL
  LEFT JOIN changes c ON c.program_id = d.program_id AND c.feed_seq = d.feed_seq
 WHERE d.program_id = CAST(:program_id AS uuid)
   AND d.endpoint_id = CAST(:endpoint_id AS uuid)
   AND d.feed_seq = CAST(:feed_seq AS bigint)
