-- A12: every numbered change has a delivery for each endpoint that asked for it, and every delivery
-- has its change. Numbers below zero are tests.
SELECT program_id, count(*) AS violations
  FROM (SELECT c.program_id
          FROM endpoints e
          JOIN changes c ON c.program_id = e.program_id AND c.feed_seq > e.since_feed_seq
         WHERE e.enabled AND e.deleted_at IS NULL
           AND (e.events = '{}' OR c.type = ANY (e.events))
           AND NOT EXISTS (SELECT FROM deliveries d
                            WHERE d.endpoint_id = e.id AND d.feed_seq = c.feed_seq)
         UNION ALL
        SELECT d.program_id
          FROM deliveries d
         WHERE d.feed_seq > 0
           AND NOT EXISTS (SELECT FROM changes c
                            WHERE c.program_id = d.program_id AND c.feed_seq = d.feed_seq)) AS bad
 WHERE (CAST(:program_id AS uuid) IS NULL OR program_id = CAST(:program_id AS uuid))
 GROUP BY program_id
