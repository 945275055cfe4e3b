-- A new secret; the one before signs beside it until its grace ends.
UPDATE endpoints
   SET old_secret = CASE WHEN CAST(:until AS timestamptz) IS NOT NULL THEN secret END,
       old_secret_until = CAST(:until AS timestamptz),
       secret = CAST(:secret AS bytea)
 WHERE program_id = CAST(:program_id AS uuid)
   AND id = CAST(:id AS uuid)
