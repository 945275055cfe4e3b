-- Asks for a replay, unless one of the program is unfinished.
INSERT INTO inbound_replays (id, program_id, source, reason, state, matching, seen, resolved,
                             after_at, after_key, attempts, claim_at, author, request_id, created_at)
VALUES (CAST(:id AS uuid), CAST(:program_id AS uuid), CAST(:source AS text), CAST(:reason AS text),
        'queued', CAST(:matching AS integer), 0, 0, CAST(:after_at AS timestamptz),
        CAST(:after_key AS uuid), 0, CAST(:at AS timestamptz), CAST(:author AS text),
        CAST(:request_id AS text), CAST(:at AS timestamptz))
ON CONFLICT (program_id) WHERE state <> 'finished' DO NOTHING
