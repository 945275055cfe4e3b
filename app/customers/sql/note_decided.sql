-- Something has been decided about these members.
UPDATE members
   SET decided = true
 WHERE program_id = CAST(:program_id AS uuid)
   AND member_id = ANY (CAST(:member_ids AS uuid[]))
