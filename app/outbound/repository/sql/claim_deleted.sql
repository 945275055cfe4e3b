-- A deleted endpoint that is not wholly removed yet, for this transaction alone.
SELECT id, program_id
  FROM endpoints
 WHERE deleted_at IS NOT NULL
 ORDER BY deleted_at
 LIMIT 1
   FOR UPDATE SKIP LOCKED
