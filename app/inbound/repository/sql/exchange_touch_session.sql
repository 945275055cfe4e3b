-- The session of this cookie at this source, unless it is old or its secret is gone.
-- Contract: locks the session, so that its requests come one after another.
UPDATE exchange_sessions
   SET used_at = CAST(:at AS timestamptz)
 WHERE program_id = CAST(:program_id AS uuid) AND source_id = CAST(:source_id AS uuid)
   AND secret_id = ANY (CAST(:secret_ids AS uuid[]))
   AND token_hash = CAST(:token_hash AS bytea) AND used_at >= CAST(:since AS timestamptz)
RETURNING id
