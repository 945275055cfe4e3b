-- A published definition, for good.
INSERT INTO program_versions (program_id, version, definition, removed, counting, author,
                              request_id, note, published_at)
VALUES (CAST(:program_id AS uuid), CAST(:version AS integer), CAST(:definition AS jsonb),
        CAST(:removed AS jsonb), CAST(:counting AS integer), CAST(:author AS text),
        CAST(:request_id AS text), CAST(:note AS text), CAST(:at AS timestamptz))
