-- The check that an edit asked for is planned. Enabling again also settles what turned meanwhile.
UPDATE programs SET recheck_at = NULL, recheck_occasion = NULL, recheck_keep = NULL
 WHERE id = CAST(:program_id AS uuid)
