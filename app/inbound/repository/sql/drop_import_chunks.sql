-- Forgets an uploaded file.
DELETE FROM import_chunks
 WHERE program_id = CAST(:program_id AS uuid)
   AND import_id = CAST(:id AS uuid)
