-- The endpoints of a program in the order of their ids.
SELECT id, url, events, description, format, enabled, disabled_reason, disabled_at,
       old_secret_until, replay_after, created_at
  FROM endpoints
 WHERE program_id = CAST(:program_id AS uuid)
   AND id > CAST(:after AS uuid)
   AND deleted_at IS NULL
 ORDER BY id
 LIMIT CAST(:most AS integer)
