-- How far a replay is; free to be taken again, or finished. Only its holder says so.
UPDATE inbound_replays
   SET after_at = CAST(:after_at AS timestamptz), after_key = CAST(:after_key AS uuid),
       seen = seen + CAST(:seen AS integer), resolved = resolved + CAST(:resolved AS integer),
       attempts = 0, holder = NULL, claim_at = CAST(:at AS timestamptz),
       state = CASE WHEN CAST(:ends AS boolean) THEN 'finished' ELSE 'running' END,
       finished_at = CASE WHEN CAST(:ends AS boolean) THEN CAST(:at AS timestamptz) END
 WHERE id = CAST(:id AS uuid)
   AND program_id = CAST(:program_id AS uuid)
   AND holder = CAST(:holder AS uuid)
