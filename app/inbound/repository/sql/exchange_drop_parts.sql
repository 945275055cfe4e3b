-- Ends the parts of a file that has been read.
DELETE FROM exchange_parts
 WHERE program_id = CAST(:program_id AS uuid) AND file_id = CAST(:file_id AS uuid)
