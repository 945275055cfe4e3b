-- Gives an import back after a failure, to be tried later; after too many it has failed.
UPDATE imports
   SET attempts = attempts + 1, retry_at = CAST(:retry_at AS timestamptz),
       state = CASE WHEN CAST(:gives_up AS boolean) THEN 'failed' ELSE state END,
       error = CASE WHEN CAST(:gives_up AS boolean) THEN CAST(:error AS text) ELSE error END,
       finished_at = CASE WHEN CAST(:gives_up AS boolean) THEN CAST(:at AS timestamptz) END,
       holder = NULL, lease_until = NULL
 WHERE program_id = CAST(:program_id AS uuid)
   AND id = CAST(:id AS uuid)
   AND state IN ('running', 'deciding')
   AND holder = CAST(:holder AS text)
   AND claims = CAST(:claims AS integer)
