-- Gives a slice back, to be claimed again from `retry_at` on; nothing if the claim was lost.
UPDATE check_slices
   SET attempts = CASE WHEN CAST(:counts AS boolean) THEN attempts ELSE attempts - 1 END,
       lease_until = NULL, holder = NULL,
       retry_at = CAST(:retry_at AS timestamptz)
 WHERE check_id = CAST(:check_id AS uuid) AND slice = CAST(:slice AS integer)
   AND state = 'queued' AND holder = CAST(:holder AS text) AND attempts = CAST(:attempts AS integer)
