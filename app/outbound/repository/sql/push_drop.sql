-- Some of the pushes of a target that has ended.
DELETE FROM pushes
 WHERE target_id = CAST(:target_id AS uuid)
   AND member_id = ANY (ARRAY(SELECT member_id FROM pushes
                               WHERE target_id = CAST(:target_id AS uuid)
                               ORDER BY member_id
                               LIMIT CAST(:most AS integer)))
