-- A10: the feed numbers of a program are 1, 2, 3 …, each once.
SELECT program_id, count(*) AS violations
  FROM (SELECT program_id
          FROM changes
         WHERE feed_seq IS NOT NULL AND (CAST(:program_id AS uuid) IS NULL OR program_id = CAST(:program_id AS uuid))
         GROUP BY program_id
        HAVING min(feed_seq) <> 1 OR max(feed_seq) <> count(*)
            OR count(DISTINCT feed_seq) <> count(*)) AS bad
 GROUP BY program_id
