-- How an endpoint fares; a disabled one says since when and why.
UPDATE endpoints
   SET failing_since = CAST(:failing_since AS timestamptz),
       slowdown = CAST(:slowdown AS integer),
       slowed_until = CAST(:slowed_until AS timestamptz),
       enabled = enabled AND CAST(:disabled_because AS text) IS NULL,
       disabled_reason = coalesce(disabled_reason, CAST(:disabled_because AS text)),
       disabled_at = CASE WHEN enabled AND CAST(:disabled_because AS text) IS NOT NULL
                          THEN CAST(:at AS timestamptz) ELSE disabled_at END
 WHERE program_id = CAST(:program_id AS uuid)
   AND id = CAST(:id AS uuid)
