-- Owes the next changes of a replay, in the feed's order; what is owed already stays as it is.
-- Contract: the endpoint is held; what stands behind an older one is held back afterwards.
INSERT INTO deliveries (endpoint_id, feed_seq, program_id, member_id, replay, created_at, retry_at)
SELECT e.id, c.feed_seq, c.program_id, c.member_id, true, CAST(:at AS timestamptz),
       CAST(:at AS timestamptz)
  FROM changes c
  JOIN endpoints e ON e.program_id = c.program_id
 WHERE e.program_id = CAST(:program_id AS uuid)
   AND e.id = CAST(:endpoint_id AS uuid)
   AND c.program_id = CAST(:program_id AS uuid)
   AND c.feed_seq > CAST(:after AS bigint)
   AND c.feed_seq <= CAST(:through AS bigint)
   AND (e.events = '{}' OR c.type = ANY (e.events))
 ORDER BY c.feed_seq
ON CONFLICT (endpoint_id, feed_seq) DO UPDATE
   SET state = 'pending', replay = true, tries = 0, ended_at = NULL, retry_at = excluded.retry_at
 WHERE deliveries.state <> 'pending'
RETURNING member_id
