-- What failed under the old credentials is tried at once under the new ones.
UPDATE fetches
   SET due_at = CAST(:at AS timestamptz), attempts = 0
 WHERE program_id = CAST(:program_id AS uuid)
   AND source_id = CAST(:source_id AS uuid)
   AND holder IS NULL
