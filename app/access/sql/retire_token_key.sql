-- The key that signs status tokens signs no more.
UPDATE token_keys
   SET state = 'retired', retired_at = CAST(:at AS timestamptz)
 WHERE state = 'signing'
