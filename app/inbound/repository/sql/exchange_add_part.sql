-- One part of a file.
INSERT INTO exchange_parts (file_id, place, program_id, body)
VALUES (CAST(:file_id AS uuid), CAST(:place AS integer), CAST(:program_id AS uuid),
        CAST(:body AS bytea))
