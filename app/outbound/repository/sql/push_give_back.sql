-- Lets other workers take what a worker that stops has held.
UPDATE push_targets SET holder = NULL, lease_until = NULL WHERE holder = CAST(:holder AS text)
