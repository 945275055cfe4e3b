-- Members that are erased hold nothing.
DELETE FROM positions
 WHERE program_id = CAST(:program_id AS uuid)
   AND member_id = ANY (CAST(:member_ids AS uuid[]))
