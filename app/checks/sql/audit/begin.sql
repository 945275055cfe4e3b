-- An audit of a program begins in place of the last one of its date, or goes on where that was left.
-- Contract: no row while another one is at work, as it is until `due_at`, unless it is to be `anew`.
INSERT INTO checks (id, program_id, occasion, as_of, version, state, author, created_at, due_at,
                    started_at)
VALUES (CAST(:id AS uuid), CAST(:program_id AS uuid), 'audit', CAST(:as_of AS date),
        CAST(:version AS integer), 'running', CAST(:author AS text), CAST(:at AS timestamptz),
        CAST(:until AS timestamptz), CAST(:at AS timestamptz))
ON CONFLICT (program_id, as_of) WHERE occasion = 'audit' DO UPDATE
   SET id = excluded.id, state = 'running', version = excluded.version, author = excluded.author,
       due_at = excluded.due_at, started_at = excluded.started_at, finished_at = NULL,
       result = CASE WHEN checks.state = 'running' AND NOT CAST(:anew AS boolean)
                     THEN checks.result END
 WHERE checks.state <> 'running' OR checks.due_at <= CAST(:at AS timestamptz)
    OR CAST(:anew AS boolean)
RETURNING id, result
