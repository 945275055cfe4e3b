-- Another name for a program.
UPDATE programs SET name = CAST(:name AS text) WHERE id = CAST(:program_id AS uuid)
