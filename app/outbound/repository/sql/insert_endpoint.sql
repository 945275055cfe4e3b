-- A new endpoint; it hears of what comes behind `since`.
INSERT INTO endpoints (id, program_id, url, events, description, format, secret, since_feed_seq,
                       created_at)
VALUES (CAST(:id AS uuid), CAST(:program_id AS uuid), CAST(:url AS text), CAST(:events AS text[]),
        CAST(:description AS text), CAST(:format AS text), CAST(:secret AS bytea),
        CAST(:since AS bigint), CAST(:at AS timestamptz))
