-- Lets other workers have the slices that a stopping one holds.
UPDATE check_slices SET lease_until = NULL, holder = NULL
 WHERE state = 'queued' AND holder = CAST(:holder AS text)
