-- A replay could not go on; it is taken again later.
UPDATE inbound_replays
   SET holder = NULL, claim_at = CAST(:claim_at AS timestamptz)
 WHERE id = CAST(:id AS uuid)
   AND program_id = CAST(:program_id AS uuid)
   AND holder = CAST(:holder AS uuid)
