-- Deletes the answers that were kept long enough, some at a time.
DELETE FROM idempotency_keys
 WHERE (program_id, key, route) IN (
       SELECT program_id, key, route
         FROM idempotency_keys
        WHERE created_at < CAST(:now AS timestamptz) - INTERVAL '25 hours'
        ORDER BY created_at
        LIMIT 1000)
