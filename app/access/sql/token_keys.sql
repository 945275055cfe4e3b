-- The keys of status tokens that are published, the one that signs first.
SELECT kid, public, sealed, retired_at IS NULL AS signs
  FROM token_keys
 WHERE retired_at IS NULL OR retired_at > CAST(:retired_after AS timestamptz)
 ORDER BY retired_at DESC NULLS FIRST, kid
