-- The day totals of members are nobody's from now on, but for the points. The old ones go next.
INSERT INTO day_totals
SELECT kept.*
  FROM unnest(CAST(:homes AS uuid[]), CAST(:nobodies AS uuid[])) AS gone (home, nobody)
  JOIN day_totals d ON d.member_id = gone.home
 CROSS JOIN LATERAL jsonb_populate_record(d, jsonb_build_object(
       'member_id', gone.nobody, 'points', 0)) AS kept
 WHERE d.program_id = CAST(:program_id AS uuid)
   AND d.orders > 0
