-- A claimed order is tried again later.
UPDATE fetches
   SET due_at = CAST(:due_at AS timestamptz),
       error = CAST(:error AS text),
       holder = NULL,
       lease_until = NULL
 WHERE program_id = CAST(:program_id AS uuid)
   AND source_id = CAST(:source_id AS uuid)
   AND order_id = CAST(:order_id AS text)
   AND holder = CAST(:holder AS uuid)
