-- Every target of the program is to look at these members.
INSERT INTO push_looks (target_id, member_id, program_id)
SELECT t.id, m.member_id, CAST(:program_id AS uuid)
  FROM push_targets t
 CROSS JOIN unnest(CAST(:member_ids AS uuid[])) AS m (member_id)
 WHERE t.program_id = CAST(:program_id AS uuid)
   AND t.deleted_at IS NULL
 ORDER BY t.id, m.member_id
ON CONFLICT DO NOTHING
