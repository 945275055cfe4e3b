-- The level that these members hold on one ladder, and until when a grace lets them.
SELECT member_id, level_key, grace_until
  FROM positions
 WHERE program_id = CAST(:program_id AS uuid)
   AND member_id = ANY (CAST(:member_ids AS uuid[]))
   AND ladder = CAST(:ladder AS text)
   AND level_key IS NOT NULL
