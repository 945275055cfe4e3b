-- An edit of a locked target. Whoever works for it loses its term, and nobody else begins before
-- the last request of the old term has ended. It reads the feed from where it ends now.
UPDATE push_targets t
   SET url = CAST(:url AS text), mapping = CAST(:mapping AS jsonb),
       sealed = CAST(:sealed AS bytea), per_second = CAST(:per_second AS integer),
       enabled = CAST(:enabled AS boolean), description = CAST(:description AS text),
       version = version + 1, updated_at = CAST(:at AS timestamptz),
       term = term + 1, holder = NULL, ready_at = NULL, failures = 0,
       lease_until = CASE WHEN holder IS NULL THEN NULL ELSE CAST(:quiet_at AS timestamptz) END,
       feed_seq = coalesce((SELECT f.feed_seq FROM feeds f WHERE f.program_id = t.program_id), 0)
 WHERE program_id = CAST(:program_id AS uuid) AND id = CAST(:id AS uuid)
