-- A claimed page is read: the next one follows, or the next run when it was the last.
UPDATE polls
   SET since_at = CAST(:since_at AS timestamptz),
       until_at = CAST(:until_at AS timestamptz),
       page = CAST(:page AS text),
       due_at = CAST(:due_at AS timestamptz),
       orders = orders + CAST(:orders AS bigint),
       finished_at = COALESCE(CAST(:finished_at AS timestamptz), finished_at),
       attempts = 0,
       holder = NULL,
       lease_until = NULL
 WHERE program_id = CAST(:program_id AS uuid)
   AND source_id = CAST(:source_id AS uuid)
   AND holder = CAST(:holder AS uuid)
