-- Every status map that a program has had.
SELECT source, revision, words
  FROM status_maps
 WHERE program_id = CAST(:program_id AS uuid)
