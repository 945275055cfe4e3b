-- The program stands at its next version and owes the check that the edit asks for.
-- forget_checks: the next scheduled check looks at every member.
UPDATE programs
   SET version = CAST(:version AS integer),
       counting = CAST(:counting AS integer),
       checked_on = CASE WHEN CAST(:forget_checks AS boolean) THEN NULL ELSE checked_on END,
       recheck_at = CAST(:recheck_at AS timestamptz),
       recheck_occasion = CAST(:recheck_occasion AS text),
       recheck_keep = CAST(:recheck_keep AS integer)
 WHERE id = CAST(:program_id AS uuid)
