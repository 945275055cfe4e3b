-- An audit of a program begins; a second one of the same date takes the place of the first.
-- Contract: no row while one of this date runs since after `stale`.
INSERT INTO checks (id, program_id, occasion, as_of, version, state, author, created_at, due_at,
                    started_at)
VALUES (CAST(:id AS uuid), CAST(:program_id AS uuid), 'audit', CAST(:as_of AS date),
        CAST(:version AS integer), 'running', CAST(:author AS text), CAST(:at AS timestamptz),
        CAST(:at AS timestamptz), CAST(:at AS timestamptz))
ON CONFLICT (program_id, as_of) WHERE occasion = 'audit' DO UPDATE
   SET id = excluded.id, state = 'running', version = excluded.version, author = excluded.author,
       started_at = excluded.started_at, finished_at = NULL, result = NULL
 WHERE checks.state <> 'running' OR checks.started_at < CAST(:stale AS timestamptz)
RETURNING id
