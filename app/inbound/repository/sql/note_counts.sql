-- Adds to the numbers of ignored and refused deliveries of sources.
INSERT INTO source_counts AS kept (source_id, what, reason, program_id, number, last_at)
SELECT source_id, what, reason, program_id, number, last_at
  FROM unnest(CAST(:source_ids AS uuid[]), CAST(:whats AS text[]), CAST(:reasons AS text[]),
              CAST(:program_ids AS uuid[]), CAST(:numbers AS bigint[]),
              CAST(:last_ats AS timestamptz[]))
       AS new (source_id, what, reason, program_id, number, last_at)
 ORDER BY source_id, what, reason
    ON CONFLICT (source_id, what, reason) DO UPDATE
   SET number = kept.number + excluded.number,
       last_at = greatest(kept.last_at, excluded.last_at)
