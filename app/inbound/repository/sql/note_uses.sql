-- Notes when secrets were used, at most once a minute each.
UPDATE source_secrets AS kept
   SET last_used_at = new.at
  FROM unnest(CAST(:program_ids AS uuid[]), CAST(:ids AS uuid[]), CAST(:ats AS timestamptz[]))
       AS new (program_id, id, at)
 WHERE kept.id = new.id AND kept.program_id = new.program_id
   AND (kept.last_used_at IS NULL OR kept.last_used_at < new.at - INTERVAL '1 minute')
