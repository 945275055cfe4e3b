-- One piece of an uploaded file.
SELECT content
  FROM import_chunks
 WHERE program_id = CAST(:program_id AS uuid)
   AND import_id = CAST(:import_id AS uuid)
   AND number = CAST(:number AS integer)
