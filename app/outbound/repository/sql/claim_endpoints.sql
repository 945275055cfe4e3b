-- Claims endpoints that have something due, those served longest ago first.
-- Contract: one holder at a time. `busy`: those that this process serves already.
UPDATE endpoints e
   SET holder = CAST(:holder AS text), lease_until = CAST(:until AS timestamptz)
  FROM (SELECT o.id
          FROM endpoints o
         WHERE o.enabled
           AND o.deleted_at IS NULL
           AND o.id <> ALL (CAST(:busy AS uuid[]))
           AND (o.lease_until IS NULL OR o.lease_until <= CAST(:at AS timestamptz))
           AND (o.slowed_until IS NULL OR o.slowed_until <= CAST(:at AS timestamptz))
           AND EXISTS (SELECT FROM deliveries d
                        WHERE d.endpoint_id = o.id
                          AND d.retry_at <= CAST(:at AS timestamptz)
                          AND (d.lease_until IS NULL OR d.lease_until <= CAST(:at AS timestamptz)))
         ORDER BY o.lease_until NULLS FIRST, o.id
         LIMIT CAST(:most AS integer)
           FOR NO KEY UPDATE OF o SKIP LOCKED) AS open
 WHERE e.id = open.id
RETURNING e.id, e.program_id
