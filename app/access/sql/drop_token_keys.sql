-- Forgets the keys of status tokens that were retired by then.
DELETE FROM token_keys
 WHERE state = 'retired' AND retired_at <= CAST(:retired_by AS timestamptz)
