-- The program of this key, for root keys.
SELECT id FROM programs WHERE key = CAST(:key AS text)
