-- What waits to be fetched of a source that has ended.
DELETE FROM fetches
 WHERE program_id = CAST(:program_id AS uuid) AND source_id = CAST(:source_id AS uuid)
