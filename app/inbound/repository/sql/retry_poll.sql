-- A claimed page is tried again later.
UPDATE polls
   SET due_at = CAST(:due_at AS timestamptz), holder = NULL, lease_until = NULL
 WHERE program_id = CAST(:program_id AS uuid)
   AND source_id = CAST(:source_id AS uuid)
   AND holder = CAST(:holder AS uuid)
