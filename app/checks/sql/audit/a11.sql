-- A11: the feed keeps the order of each member.
SELECT program_id, count(*) AS violations
  FROM (SELECT program_id, feed_seq, lag(feed_seq) OVER own AS before, lag(seq) OVER own AS prior
          FROM changes
         WHERE (CAST(:program_id AS uuid) IS NULL OR program_id = CAST(:program_id AS uuid))
        WINDOW own AS (PARTITION BY member_id ORDER BY seq)) AS told
 WHERE prior IS NOT NULL AND feed_seq IS NOT NULL AND (before IS NULL OR before > feed_seq)
 GROUP BY program_id
