-- Stores the key that stones are made with. Contract: of two that make one the first stays.
INSERT INTO erase_keys (name, sealed, created_at)
VALUES ('erase', CAST(:sealed AS bytea), CAST(:at AS timestamptz))
ON CONFLICT (name) DO NOTHING
