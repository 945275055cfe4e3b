-- Takes an endpoint out of sight, with its secrets; its deliveries are removed in small parts.
UPDATE endpoints
   SET deleted_at = CAST(:at AS timestamptz), secret = '', old_secret = NULL,
       old_secret_until = NULL, replay_after = NULL, replay_through = NULL
 WHERE program_id = CAST(:program_id AS uuid)
   AND id = CAST(:id AS uuid)
