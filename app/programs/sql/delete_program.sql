-- A program whose rows elsewhere are gone.
DELETE FROM programs WHERE id = CAST(:program_id AS uuid)
