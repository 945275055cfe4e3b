-- How far a source that has ended was asked.
DELETE FROM polls
 WHERE program_id = CAST(:program_id AS uuid) AND source_id = CAST(:source_id AS uuid)
