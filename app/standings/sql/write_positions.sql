-- What members hold from now on.
INSERT INTO positions
SELECT * FROM json_populate_recordset(CAST(NULL AS positions), CAST(:positions AS json))
ON CONFLICT (member_id, ladder) DO UPDATE
   SET position = EXCLUDED.position, level_key = EXCLUDED.level_key,
       since_on = EXCLUDED.since_on, state = EXCLUDED.state, grace_until = EXCLUDED.grace_until,
       review_on = EXCLUDED.review_on, change_seq = EXCLUDED.change_seq
