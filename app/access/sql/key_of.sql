-- A key that may still be used, by its id. A key whose program is gone is none.
SELECT k.id, k.program_id, k.secret_hash, k.scopes
  FROM api_keys AS k
  LEFT JOIN programs AS p ON p.id = k.program_id
 WHERE k.id = CAST(:id AS text)
   AND (k.expires_at IS NULL OR k.expires_at > CAST(:at AS timestamptz))
   AND (k.program_id IS NULL OR p.id IS NOT NULL)
