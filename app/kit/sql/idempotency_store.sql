-- Stores an answer; a second one for the same request violates the primary key.
INSERT INTO idempotency_keys
       (program_id, key, route, body_hash, status, body, created_at, lease_until)
VALUES (CAST(:program_id AS uuid), CAST(:key AS text), CAST(:route AS text),
        CAST(:body_hash AS bytea), CAST(:status AS integer), CAST(:body AS bytea),
        CAST(:now AS timestamptz), CAST(:until AS timestamptz))
