-- A new program at its first version. Contract: no row if the key is taken.
INSERT INTO programs (id, key, name, version, counting, sandbox_day, created_at)
VALUES (CAST(:program_id AS uuid), CAST(:key AS text), CAST(:name AS text), 1, 1,
        CAST(:sandbox_day AS date), CAST(:at AS timestamptz))
ON CONFLICT (key) DO NOTHING
