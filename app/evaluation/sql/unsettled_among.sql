-- Those of these members whom one ladder does not leave as they are: at the level they hold,
-- decide() was not seen to leave their buckets alone.
-- Contract: as of `unsettled.sql`; one about whom nothing has been decided yet is always returned.
WITH asked AS (
  SELECT member_id FROM unnest(CAST(:member_ids AS uuid[])) AS asked (member_id)
), signed AS (
  SELECT asked.member_id,
         CAST(:idle AS bigint) + CAST(sum(c.weight * (width_bucket(
           CASE c.metric WHEN 'spend' THEN sums.spend WHEN 'orders' THEN sums.orders
                         WHEN 'points' THEN sums.points ELSE sums.largest_order END,
           (CAST(:thresholds AS bigint[]))[c.low:c.high]) - c.of_zero)) AS bigint) AS signature
    FROM asked
   CROSS JOIN unnest(CAST(:numbers AS integer[]), CAST(:firsts AS date[]), CAST(:lasts AS date[]))
      AS w (number, first, last)
   CROSS JOIN LATERAL (
         SELECT CAST(sum(d.spend) AS bigint) AS spend, CAST(sum(d.orders) AS bigint) AS orders,
                max(d.largest) AS largest_order, CAST(sum(d.points) AS bigint) AS points
           FROM day_totals d
          WHERE d.member_id = asked.member_id
            AND d.day BETWEEN w.first AND w.last
          GROUP BY d.member_id) AS sums
    JOIN unnest(CAST(:cut_windows AS integer[]), CAST(:cut_metrics AS text[]),
                CAST(:cut_weights AS bigint[]), CAST(:cut_zeros AS bigint[]),
                CAST(:cut_lows AS integer[]), CAST(:cut_highs AS integer[]))
      AS c (number, metric, weight, of_zero, low, high) ON c.number = w.number
   GROUP BY asked.member_id
)
SELECT asked.member_id
  FROM asked
  JOIN members m ON m.member_id = asked.member_id
  LEFT JOIN signed s ON s.member_id = asked.member_id
  LEFT JOIN positions p ON p.member_id = asked.member_id AND p.ladder = CAST(:ladder AS text)
 WHERE m.program_id = CAST(:program_id AS uuid)
   AND (NOT m.decided
     OR p.state <> 'held'
     OR p.review_on IS NOT NULL
     OR (CAST(:settled AS boolean[]))[
        CASE WHEN p.level_key IS NULL THEN 0
             ELSE array_position(CAST(:levels AS text[]), p.level_key) END * CAST(:signatures AS bigint)
        + coalesce(s.signature, CAST(:idle AS bigint)) + 1] IS NOT TRUE
     OR EXISTS (
        SELECT 1
          FROM overrides o
         WHERE o.member_id = m.member_id
           AND o.removed_at IS NULL))
