-- Of each number of members asked for, counted from the highest value down, the value at which
-- that many are reached, with how many reach it and the value above. The last row is the lowest
-- value there is. One metric over some days; who has nothing has no value.
-- Contract: ranks are at least 1 and ascend. Members are summed in two halves, so that two
-- processes can do it.
WITH days AS NOT MATERIALIZED (
  SELECT d.member_id,
         CASE CAST(:metric AS text) WHEN 'spend' THEN d.spend WHEN 'orders' THEN d.orders
              WHEN 'points' THEN d.points ELSE d.largest END AS value
    FROM day_totals d
   WHERE d.program_id = CAST(:program_id AS uuid)
     AND d.day BETWEEN CAST(:first AS date) AND CAST(:last AS date)
), valued AS (
  SELECT member_id,
         CAST(CASE CAST(:metric AS text) WHEN 'largest' THEN max(value) ELSE sum(value) END AS bigint) AS value
    FROM days WHERE member_id < CAST('80000000-0000-0000-0000-000000000000' AS uuid)
   GROUP BY member_id
   UNION ALL
  SELECT member_id,
         CAST(CASE CAST(:metric AS text) WHEN 'largest' THEN max(value) ELSE sum(value) END AS bigint) AS value
    FROM days WHERE member_id >= CAST('80000000-0000-0000-0000-000000000000' AS uuid)
   GROUP BY member_id
), uncounted AS (
  SELECT m.member_id
    FROM members m
   WHERE m.program_id = CAST(:program_id AS uuid)
     AND (m.kind = 'guest' OR m.external_id IS NULL OR m.merged_into IS NOT NULL)
   UNION ALL
  SELECT r.member_id
    FROM representations r
   WHERE CAST(:sleeping AS boolean)
     AND r.program_id = CAST(:program_id AS uuid)
     AND r.from_on <= CAST(:as_of AS date)
     AND (r.until_on IS NULL OR r.until_on >= CAST(:as_of AS date))
   UNION ALL
  SELECT k.member_id
    FROM contracts k
   WHERE k.program_id = CAST(:program_id AS uuid) AND k.until_on < CAST(:as_of AS date)
), counted AS (
  SELECT v.value, count(*) AS members
    FROM valued v
   WHERE v.value > 0 AND NOT EXISTS (SELECT 1 FROM uncounted u WHERE u.member_id = v.member_id)
   GROUP BY v.value
), ranked AS (
  SELECT value, members, CAST(sum(members) OVER (ORDER BY value DESC) AS bigint) AS reach,
         lag(value) OVER (ORDER BY value DESC) AS above,
         lag(members, 1, 0) OVER (ORDER BY value DESC) AS tied_above,
         lead(value) OVER (ORDER BY value DESC) IS NULL AS lowest
    FROM counted
)
SELECT value, members, reach, above, tied_above
  FROM ranked
 WHERE lowest
    OR width_bucket(reach, CAST(:ranks AS bigint[]))
     > width_bucket(reach - members, CAST(:ranks AS bigint[]))
 ORDER BY value DESC
