-- The ended positions of members are nobody's from now on. The old ones go next.
INSERT INTO positions
SELECT kept.*
  FROM unnest(CAST(:homes AS uuid[]), CAST(:nobodies AS uuid[])) AS gone (home, nobody)
  JOIN positions p ON p.member_id = gone.home
 CROSS JOIN LATERAL jsonb_populate_record(p, jsonb_build_object(
       'member_id', gone.nobody, 'review_on', NULL)) AS kept
 WHERE p.program_id = CAST(:program_id AS uuid)
