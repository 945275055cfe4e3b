-- Keeps the next piece of an uploaded file.
INSERT INTO import_chunks (import_id, number, program_id, content)
VALUES (CAST(:import_id AS uuid), CAST(:number AS integer), CAST(:program_id AS uuid),
        CAST(:content AS bytea))
