-- Claims the deliveries of an endpoint that are due, under a lease.
-- Contract: of a member only the oldest that has not ended is ever due.
UPDATE deliveries d
   SET lease_until = CAST(:until AS timestamptz), term = d.term + 1
  FROM (SELECT o.feed_seq
          FROM deliveries o
         WHERE o.endpoint_id = CAST(:endpoint_id AS uuid)
           AND o.retry_at <= CAST(:at AS timestamptz)
           AND (o.lease_until IS NULL OR o.lease_until <= CAST(:at AS timestamptz))
         ORDER BY o.retry_at, o.feed_seq
         LIMIT CAST(:most AS integer)
           FOR NO KEY UPDATE OF o SKIP LOCKED) AS due
 WHERE d.program_id = CAST(:program_id AS uuid)
   AND d.endpoint_id = CAST(:endpoint_id AS uuid)
   AND d.feed_seq = due.feed_seq
RETURNING d.feed_seq, d.member_id, d.term, d.tries, d.created_at
