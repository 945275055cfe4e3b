-- What is watched of the feed and of deliveries: how much waits, and since when.
SELECT (SELECT count(*) FROM changes WHERE feed_seq IS NULL) AS unnumbered,
       (SELECT min(recorded_at) FROM changes WHERE feed_seq IS NULL) AS unnumbered_since,
       (SELECT count(*) FROM endpoints WHERE NOT enabled AND deleted_at IS NULL) AS disabled,
       (SELECT min(due.retry_at)
          FROM endpoints e
         CROSS JOIN LATERAL (SELECT d.retry_at
                               FROM deliveries d
                              WHERE d.endpoint_id = e.id
                                AND d.retry_at <= CAST(:at AS timestamptz)
                              ORDER BY d.retry_at
                              LIMIT 1) AS due
         WHERE e.enabled AND e.deleted_at IS NULL) AS due_since
