-- Ends the sessions of a source that have not been used for long.
DELETE FROM exchange_sessions
 WHERE program_id = CAST(:program_id AS uuid) AND source_id = CAST(:source_id AS uuid)
   AND used_at < CAST(:before AS timestamptz)
