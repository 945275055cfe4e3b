-- The stored answer of a request, with the hash of the body it answered.
SELECT body_hash, body
  FROM idempotency_keys
 WHERE program_id = CAST(:program_id AS uuid)
   AND key = CAST(:key AS text)
   AND route = CAST(:route AS text)
