-- The key that signs status tokens from now on, unless another one does: then nothing is written.
INSERT INTO token_keys (kid, state, public, sealed, created_at)
VALUES (CAST(:kid AS text), 'signing', CAST(:public AS text), CAST(:sealed AS bytea),
        CAST(:at AS timestamptz))
ON CONFLICT DO NOTHING
