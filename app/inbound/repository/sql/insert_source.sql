-- A new source, unless the program has one with this key.
INSERT INTO sources (
       id, program_id, key, token, platform, time_zone, currency_map, test, allowed_addresses,
       version, author, created_at)
VALUES (CAST(:id AS uuid), CAST(:program_id AS uuid), CAST(:key AS text), CAST(:token AS text),
        CAST(:platform AS text), CAST(:time_zone AS text), CAST(:currency_map AS jsonb),
        CAST(:test AS boolean), CAST(:allowed_addresses AS text[]), 1, CAST(:author AS text),
        CAST(:at AS timestamptz))
    ON CONFLICT DO NOTHING
