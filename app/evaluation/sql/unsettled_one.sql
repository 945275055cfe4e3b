-- The members of one slice that one ladder does not leave as they are: at the level they hold,
-- decide() was not seen to leave their buckets alone. For a ladder with one window.
-- Contract: as of `unsettled.sql`, which takes any number of windows.
WITH signed AS (
  SELECT d.member_id,
         width_bucket(CAST(sum(d.spend) AS bigint), CAST(:spend_cuts AS bigint[])) * CAST(:spend_weight AS bigint)
       + width_bucket(CAST(sum(d.orders) AS bigint), CAST(:orders_cuts AS bigint[])) * CAST(:orders_weight AS bigint)
       + width_bucket(max(d.largest), CAST(:largest_cuts AS bigint[])) * CAST(:largest_weight AS bigint)
       + width_bucket(CAST(sum(d.points) AS bigint), CAST(:points_cuts AS bigint[])) * CAST(:points_weight AS bigint)
         AS signature
    FROM day_totals d
   WHERE d.program_id = CAST(:program_id AS uuid)
     AND d.day BETWEEN CAST(:first AS date) AND CAST(:last AS date)
     AND d.member_id > CAST(:after AS uuid)
     AND d.member_id <= CAST(:through AS uuid)
   GROUP BY d.member_id
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
