-- A new target; it reads the feed from where it ends now.
-- Contract: nothing is written when the shop has one for this ladder already.
INSERT INTO push_targets (id, program_id, platform, url, ladder, mapping, sealed, per_second,
                          enabled, description, version, created_at, updated_at, feed_seq)
SELECT CAST(:id AS uuid), CAST(:program_id AS uuid), CAST(:platform AS text), CAST(:url AS text),
       CAST(:ladder AS text), CAST(:mapping AS jsonb), CAST(:sealed AS bytea),
       CAST(:per_second AS integer), CAST(:enabled AS boolean), CAST(:description AS text), 1,
       CAST(:at AS timestamptz), CAST(:at AS timestamptz),
       coalesce((SELECT feed_seq FROM feeds WHERE program_id = CAST(:program_id AS uuid)), 0)
ON CONFLICT DO NOTHING
