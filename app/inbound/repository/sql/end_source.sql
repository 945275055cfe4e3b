-- Ends the intake of a source; its row stays, for its key stays taken by its platform.
UPDATE sources
   SET deleted_at = CAST(:at AS timestamptz), version = version + 1
 WHERE program_id = CAST(:program_id AS uuid) AND id = CAST(:id AS uuid)
