-- A check runs from its first claimed slice on.
UPDATE checks SET state = 'running', started_at = CAST(:at AS timestamptz)
 WHERE id = CAST(:id AS uuid) AND state = 'queued'
