-- A13: nothing is delivered before the older delivery of the same member and endpoint has ended.
SELECT program_id, count(*) AS violations
  FROM (SELECT program_id, state, lag(state) OVER older AS before
          FROM deliveries
         WHERE NOT replay
           AND (CAST(:program_id AS uuid) IS NULL OR program_id = CAST(:program_id AS uuid))
        WINDOW older AS (PARTITION BY endpoint_id, member_id ORDER BY feed_seq)) AS told
 WHERE state = 'delivered' AND before NOT IN ('delivered', 'exhausted')
 GROUP BY program_id
