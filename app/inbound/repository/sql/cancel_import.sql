-- Ends an import early: at once, or after the decisions about whom it has touched.
UPDATE imports
   SET state = CASE state WHEN 'queued' THEN 'cancelled' ELSE 'deciding' END,
       ends_as = 'cancelled', retry_at = NULL,
       finished_at = CASE state WHEN 'queued' THEN CAST(:at AS timestamptz) END
 WHERE program_id = CAST(:program_id AS uuid)
   AND id = CAST(:id AS uuid)
   AND state IN ('queued', 'running')
