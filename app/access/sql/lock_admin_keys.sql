-- The keys that can make keys, locked so that two deletions cannot both spare the other's.
SELECT id FROM api_keys
 WHERE program_id = CAST(:program_id AS uuid)
   AND 'admin' = ANY (scopes)
   AND (expires_at IS NULL OR expires_at > CAST(:at AS timestamptz))
 ORDER BY id
   FOR UPDATE
