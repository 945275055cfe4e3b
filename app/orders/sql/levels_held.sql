-- The levels of the tier ladder that these members hold.
SELECT member_id, level_key
  FROM positions
 WHERE program_id = CAST(:program_id AS uuid)
   AND member_id = ANY (CAST(:member_ids AS uuid[]))
   AND ladder = CAST(:ladder AS text)
   AND level_key IS NOT NULL
