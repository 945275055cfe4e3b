-- The id of the program with this key.
SELECT id FROM programs WHERE key = CAST(:key AS text)
