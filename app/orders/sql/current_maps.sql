-- The newest status maps of these sources.
SELECT DISTINCT ON (source) source, revision, words
  FROM status_maps
 WHERE program_id = CAST(:program_id AS uuid)
   AND source = ANY (CAST(:sources AS text[]))
 ORDER BY source, revision DESC
