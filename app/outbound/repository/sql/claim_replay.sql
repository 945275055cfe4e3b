-- An endpoint that is to be replayed, for this transaction alone.
SELECT id, program_id, replay_after, replay_through
  FROM endpoints
 WHERE replay_after IS NOT NULL
   AND deleted_at IS NULL
 ORDER BY replay_after
 LIMIT 1
   FOR NO KEY UPDATE SKIP LOCKED
