-- The whole file has come: whoever is free may begin.
UPDATE imports
   SET state = 'queued', bytes_total = CAST(:size AS bigint), digest = CAST(:digest AS bytea),
       lease_until = NULL
 WHERE program_id = CAST(:program_id AS uuid)
   AND id = CAST(:id AS uuid)
   AND state = 'receiving'
