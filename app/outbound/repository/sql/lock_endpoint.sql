-- One endpoint of a program, for this transaction alone: no turn, no relay, no other edit.
SELECT id, url, events, description, format, enabled, disabled_reason, disabled_at,
       old_secret_until, replay_after, created_at
  FROM endpoints
 WHERE program_id = CAST(:program_id AS uuid)
   AND id = CAST(:id AS uuid)
   AND deleted_at IS NULL
   FOR NO KEY UPDATE
