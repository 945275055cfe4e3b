-- Holds one target still until the transaction ends.
SELECT id
  FROM push_targets
 WHERE program_id = CAST(:program_id AS uuid) AND id = CAST(:id AS uuid) AND deleted_at IS NULL
   FOR UPDATE
