-- The last audit of every program that has one.
SELECT last.finished_at, last.members_total, last.result
  FROM programs p
 CROSS JOIN LATERAL (SELECT c.finished_at, c.members_total, c.result
                       FROM checks c
                      WHERE c.program_id = p.id AND c.occasion = 'audit' AND c.state = 'finished'
                      ORDER BY c.as_of DESC
                      LIMIT 1) AS last
