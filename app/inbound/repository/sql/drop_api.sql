-- A source's shop is not asked any more; what was to be fetched waits.
DELETE FROM source_apis
 WHERE program_id = CAST(:program_id AS uuid) AND source_id = CAST(:source_id AS uuid)
