-- Makes due what waits behind deliveries of these members that have ended.
-- Contract: of each member the oldest that has not ended, and it alone.
UPDATE deliveries d
   SET retry_at = CAST(:at AS timestamptz)
  FROM unnest(CAST(:member_ids AS uuid[])) AS who (member_id)
 CROSS JOIN LATERAL (SELECT o.feed_seq
                       FROM deliveries o
                      WHERE o.endpoint_id = CAST(:endpoint_id AS uuid)
                        AND o.member_id = who.member_id
                        AND o.state = 'pending'
                      ORDER BY o.feed_seq
                      LIMIT 1) AS head
 WHERE d.program_id = CAST(:program_id AS uuid)
   AND d.endpoint_id = CAST(:endpoint_id AS uuid)
   AND d.feed_seq = head.feed_seq
   AND d.retry_at IS NULL
