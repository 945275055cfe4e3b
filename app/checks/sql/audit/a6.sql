-- A6: a position is its last move.
SELECT program_id, count(*) AS violations
  FROM (SELECT coalesce(p.program_id, c.program_id) AS program_id
          FROM positions p
          FULL JOIN (SELECT DISTINCT ON (member_id, ladder)
                            member_id, ladder, program_id, to_level, seq
                       FROM changes
                      WHERE direction IS NOT NULL
                      ORDER BY member_id, ladder, seq DESC) AS c USING (member_id, ladder)
         WHERE p.level_key IS DISTINCT FROM c.to_level
            OR coalesce(p.change_seq, 0) <> coalesce(c.seq, 0)) AS bad
 WHERE (CAST(:program_id AS uuid) IS NULL OR program_id = CAST(:program_id AS uuid))
 GROUP BY program_id
