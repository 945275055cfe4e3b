-- How many files a session has, and how many bytes of its source wait to be read.
SELECT count(*) FILTER (WHERE session_id = CAST(:session_id AS uuid)) AS files,
       CAST(coalesce(sum(bytes) FILTER (WHERE state = 'receiving'), 0) AS bigint) AS bytes
  FROM exchange_files
 WHERE program_id = CAST(:program_id AS uuid) AND source_id = CAST(:source_id AS uuid)
