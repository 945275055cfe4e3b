-- From when on a source's shop is asked for what has changed; a poll that is there goes on.
INSERT INTO polls (source_id, program_id, since_at, due_at)
VALUES (CAST(:source_id AS uuid), CAST(:program_id AS uuid), CAST(:since_at AS timestamptz),
        CAST(:at AS timestamptz))
ON CONFLICT (source_id) DO UPDATE
   SET due_at = excluded.due_at,
       attempts = 0,
       since_at = CASE WHEN CAST(:again AS boolean) THEN excluded.since_at ELSE polls.since_at END,
       until_at = CASE WHEN CAST(:again AS boolean) THEN NULL ELSE polls.until_at END,
       page = CASE WHEN CAST(:again AS boolean) THEN NULL ELSE polls.page END,
       holder = NULL,
       lease_until = NULL
