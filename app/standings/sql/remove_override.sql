-- Takes one override out of force for good; its member is locked.
UPDATE overrides
   SET removed_at = CAST(:at AS timestamptz), removed_by = CAST(:author AS text)
 WHERE program_id = CAST(:program_id AS uuid)
   AND member_id = CAST(:member_id AS uuid)
   AND id = CAST(:id AS uuid)
   AND removed_at IS NULL
