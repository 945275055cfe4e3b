-- The attempts of a delivery, the newest first.
SELECT number, at, status, milliseconds, error, answer
  FROM attempts
 WHERE program_id = CAST(:program_id AS uuid)
   AND endpoint_id = CAST(:endpoint_id AS uuid)
   AND feed_seq = CAST(:feed_seq AS bigint)
 ORDER BY number DESC
 LIMIT CAST(:most AS integer)
