-- Takes up some of the members that a target is to look at.
DELETE FROM push_looks
 WHERE program_id = CAST(:program_id AS uuid)
   AND target_id = CAST(:target_id AS uuid)
   AND member_id = ANY (ARRAY(SELECT member_id FROM push_looks
                               WHERE target_id = CAST(:target_id AS uuid)
                               ORDER BY member_id
                               LIMIT CAST(:most AS integer)))
RETURNING member_id
