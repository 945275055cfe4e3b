-- How many changes these members have; they are locked.
SELECT member_id, change_seq
  FROM members
 WHERE program_id = CAST(:program_id AS uuid)
   AND member_id = ANY (CAST(:member_ids AS uuid[]))
