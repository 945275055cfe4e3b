-- The order of a source that is due longest, for all who asked for it. The API's row is locked.
UPDATE fetches f
   SET holder = CAST(:holder AS uuid),
       lease_until = CAST(:lease_until AS timestamptz),
       attempts = f.attempts + 1
 WHERE f.program_id = CAST(:program_id AS uuid)
   AND f.source_id = CAST(:source_id AS uuid)
   AND (f.lease_until IS NULL OR f.lease_until < CAST(:at AS timestamptz))
   AND f.order_id = (
       SELECT d.order_id
         FROM fetches d
        WHERE d.program_id = CAST(:program_id AS uuid)
          AND d.source_id = CAST(:source_id AS uuid)
          AND d.due_at <= CAST(:at AS timestamptz)
          AND (d.lease_until IS NULL OR d.lease_until < CAST(:at AS timestamptz))
          AND NOT EXISTS (SELECT FROM fetches h
                           WHERE h.program_id = d.program_id
                             AND h.source_id = d.source_id
                             AND h.order_id = d.order_id
                             AND h.lease_until >= CAST(:at AS timestamptz))
        ORDER BY d.due_at, d.order_id
        LIMIT 1)
RETURNING f.order_id, f.notification, f.attempts
