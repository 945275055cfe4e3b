-- Who published a version, and by which request.
SELECT author, request_id FROM program_versions
 WHERE program_id = CAST(:program_id AS uuid) AND version = CAST(:version AS integer)
