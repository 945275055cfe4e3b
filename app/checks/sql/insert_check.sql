-- Plans a check.
-- Contract: no row when the program has an unfinished one, or this scheduled date was planned.
INSERT INTO checks (id, program_id, occasion, as_of, since, version, keep_version, state, scheduled,
                    dry_run, force, reason, author, request_id, members_total, created_at, due_at)
VALUES (CAST(:id AS uuid), CAST(:program_id AS uuid), CAST(:occasion AS text),
        CAST(:as_of AS date), CAST(:since AS date), CAST(:version AS integer),
        CAST(:keep_version AS integer), 'queued', CAST(:scheduled AS boolean),
        CAST(:dry_run AS boolean), CAST(:force AS boolean), CAST(:reason AS text),
        CAST(:author AS text), CAST(:request_id AS text), CAST(:members_total AS integer),
        CAST(:at AS timestamptz), CAST(:at AS timestamptz))
ON CONFLICT DO NOTHING
RETURNING id
