-- A check as of that date looks at these members.
INSERT INTO positions (member_id, ladder, program_id, position, state, review_on)
SELECT m.member_id, l.ladder, CAST(:program_id AS uuid), 0, 'held', CAST(:review_on AS date)
  FROM unnest(CAST(:member_ids AS uuid[])) AS m (member_id)
 CROSS JOIN unnest(CAST(:ladders AS text[])) AS l (ladder)
ON CONFLICT (member_id, ladder) DO UPDATE
   SET review_on = LEAST(positions.review_on, EXCLUDED.review_on)
