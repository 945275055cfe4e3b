-- What these members hold, ladder by ladder.
SELECT member_id, ladder, level_key, position, since_on, state
  FROM positions
 WHERE program_id = CAST(:program_id AS uuid)
   AND member_id = ANY (CAST(:member_ids AS uuid[]))
 ORDER BY member_id, ladder
