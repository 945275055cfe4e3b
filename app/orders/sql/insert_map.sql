-- The next map of a source; whoever writes one holds the source's row of `remaps`.
INSERT INTO status_maps (program_id, source, revision, words, made_at)
SELECT CAST(:program_id AS uuid), CAST(:source AS text), coalesce(max(revision), 0) + 1,
       CAST(:words AS jsonb), CAST(:at AS timestamptz)
  FROM status_maps
 WHERE program_id = CAST(:program_id AS uuid)
   AND source = CAST(:source AS text)
