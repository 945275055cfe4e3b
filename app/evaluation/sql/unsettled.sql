-- The members of one slice that one ladder does not leave as they are: at the level they hold,
-- decide() was not seen to leave their buckets alone.
-- Contract: cuts (window, metric, weight, bucket of 0, place of their thresholds) are arrays of
-- the same length; `settled` says of every level and signature whether nothing changes, `idle`
-- is the signature of no totals. May return settled members, never omits another.
-- IS TRUE: a slice is a small part of a window, so no plan may walk through the window's days.
WITH sums AS (
  SELECT d.member_id, w.number, CAST(sum(d.spend) AS bigint) AS spend,
         CAST(sum(d.orders) AS bigint) AS orders, max(d.largest) AS largest_order,
         CAST(sum(d.points) AS bigint) AS points
    FROM unnest(CAST(:numbers AS integer[]), CAST(:firsts AS date[]), CAST(:lasts AS date[]))
      AS w (number, first, last)
    JOIN day_totals d ON (d.day BETWEEN w.first AND w.last) IS TRUE
   WHERE d.program_id = CAST(:program_id AS uuid)
     AND d.member_id > CAST(:after AS uuid)
     AND d.member_id <= CAST(:through AS uuid)
   GROUP BY d.member_id, w.number
), signed AS (
  SELECT sums.member_id,
         CAST(:idle AS bigint) + CAST(sum(c.weight * (width_bucket(
           CASE c.metric WHEN 'spend' THEN sums.spend WHEN 'orders' THEN sums.orders
                         WHEN 'points' THEN sums.points ELSE sums.largest_order END,
           (CAST(:thresholds AS bigint[]))[c.low:c.high]) - c.of_zero)) AS bigint) AS signature
    FROM sums
    JOIN unnest(CAST(:cut_windows AS integer[]), CAST(:cut_metrics AS text[]),
                CAST(:cut_weights AS bigint[]), CAST(:cut_zeros AS bigint[]),
                CAST(:cut_lows AS integer[]), CAST(:cut_highs AS integer[]))
      AS c (number, metric, weight, of_zero, low, high) ON c.number = sums.number
   GROUP BY sums.member_id
)
SELECT coalesce(s.member_id, p.member_id) AS member_id
  FROM signed s
  FULL JOIN (
       SELECT member_id, level_key, state, review_on
         FROM positions
        WHERE positions.program_id = CAST(:program_id AS uuid)
          AND positions.ladder = CAST(:ladder AS text)
          AND positions.member_id > CAST(:after AS uuid)
          AND positions.member_id <= CAST(:through AS uuid)) p ON p.member_id = s.member_id
 WHERE p.state <> 'held'
    OR p.review_on IS NOT NULL
    OR (CAST(:settled AS boolean[]))[
       CASE WHEN p.level_key IS NULL THEN 0
            ELSE array_position(CAST(:levels AS text[]), p.level_key) END * CAST(:signatures AS bigint)
       + coalesce(s.signature, CAST(:idle AS bigint)) + 1] IS NOT TRUE
UNION
SELECT o.member_id
  FROM overrides o
 WHERE o.program_id = CAST(:program_id AS uuid)
   AND o.removed_at IS NULL
   AND o.member_id > CAST(:after AS uuid)
   AND o.member_id <= CAST(:through AS uuid)
