-- Erased members are pushed no more.
DELETE FROM pushes
 WHERE program_id = CAST(:program_id AS uuid)
   AND target_id = CAST(:target_id AS uuid)
   AND member_id = ANY (CAST(:member_ids AS uuid[]))
