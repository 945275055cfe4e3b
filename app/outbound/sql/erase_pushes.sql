-- Shops are told nothing more of these members.
DELETE FROM pushes p
 USING push_targets t
 WHERE t.program_id = CAST(:program_id AS uuid)
   AND p.target_id = t.id
   AND p.member_id = ANY (CAST(:member_ids AS uuid[]))
