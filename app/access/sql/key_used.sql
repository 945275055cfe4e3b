-- Notes the use of a key, at most once a minute.
UPDATE api_keys
   SET last_used_at = CAST(:at AS timestamptz)
 WHERE id = CAST(:id AS text)
   AND (last_used_at IS NULL OR last_used_at < CAST(:at AS timestamptz) - INTERVAL '1 minute')
