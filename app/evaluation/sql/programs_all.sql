-- Every program.
SELECT id FROM programs ORDER BY id
