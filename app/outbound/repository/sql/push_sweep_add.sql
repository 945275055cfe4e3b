-- Owes a walk over everybody, once for its key, and of resyncs one at a time.
INSERT INTO push_sweeps (target_id, key, program_id, occasion, rereads, created_at)
VALUES (CAST(:target_id AS uuid), CAST(:key AS text), CAST(:program_id AS uuid),
        CAST(:occasion AS text), CAST(:rereads AS boolean), CAST(:at AS timestamptz))
ON CONFLICT DO NOTHING
