-- Ends a slice, if the claim still holds; the fence of everything its transaction wrote.
UPDATE check_slices
   SET state = 'done', members_done = CAST(:members AS integer), moves_up = CAST(:up AS integer),
       moves_down = CAST(:down AS integer), lease_until = NULL, retry_at = NULL
 WHERE check_id = CAST(:check_id AS uuid) AND slice = CAST(:slice AS integer)
   AND state = 'queued' AND holder = CAST(:holder AS text) AND attempts = CAST(:attempts AS integer)
