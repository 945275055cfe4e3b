-- Whoever comes first goes on with this audit.
UPDATE checks SET due_at = CAST(:at AS timestamptz)
 WHERE id = CAST(:id AS uuid) AND occasion = 'audit' AND state = 'running'
