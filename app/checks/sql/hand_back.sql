-- Gives a slice back that was not evaluated yet, as if nobody had tried; nothing if the claim was
-- lost: the fence of what its transaction wrote.
UPDATE check_slices
   SET attempts = attempts - 1, holder = NULL, lease_until = NULL
 WHERE check_id = CAST(:check_id AS uuid) AND slice = CAST(:slice AS integer)
   AND state = 'queued' AND holder = CAST(:holder AS text) AND attempts = CAST(:attempts AS integer)
