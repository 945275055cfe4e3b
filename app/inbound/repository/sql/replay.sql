-- One replay and how far it is.
SELECT id, source, reason, state, matching, seen, resolved, created_at, finished_at
  FROM inbound_replays
 WHERE id = CAST(:id AS uuid)
   AND program_id = CAST(:program_id AS uuid)
