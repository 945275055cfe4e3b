-- Nobody looks again at members that are erased.
DELETE FROM push_looks l
 USING push_targets t
 WHERE t.program_id = CAST(:program_id AS uuid)
   AND l.target_id = t.id
   AND l.member_id = ANY (CAST(:member_ids AS uuid[]))
