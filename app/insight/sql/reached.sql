-- Of each number of members asked for, counted from the highest value down, the value at which
-- that many are reached, with how many reach it and the value above. The last row is the lowest
-- value there is. One metric over some days; who has nothing has no value.
-- Contract: ranks are at least 1, in any order.
WITH valued AS (
  SELECT one.member_id,
         CAST(CASE WHEN CAST(:metric AS text) = 'largest' THEN max(one.value)
                   ELSE sum(one.value) END AS bigint) AS value
    FROM (SELECT d.member_id,
                 CASE CAST(:metric AS text) WHEN 'spend' THEN d.spend WHEN 'orders' THEN d.orders
                      WHEN 'points' THEN d.points ELSE d.largest END AS value
            FROM day_totals d
           WHERE d.program_id = CAST(:program_id AS uuid)
             AND d.day BETWEEN CAST(:first AS date) AND CAST(:last AS date)) AS one
   GROUP BY one.member_id
), counted AS (
  SELECT v.value, count(*) AS members
    FROM valued v
   WHERE v.value > 0
     AND NOT EXISTS (
         SELECT 1
           FROM members m
          WHERE m.program_id = CAST(:program_id AS uuid)
            AND m.member_id = v.member_id
            AND (m.kind = 'guest' OR m.external_id IS NULL OR m.merged_into IS NOT NULL))
     AND NOT EXISTS (
         SELECT 1
           FROM representations r
          WHERE CAST(:sleeping AS boolean)
            AND r.program_id = CAST(:program_id AS uuid)
            AND r.member_id = v.member_id
            AND r.from_on <= CAST(:as_of AS date)
            AND (r.until_on IS NULL OR r.until_on >= CAST(:as_of AS date)))
     AND NOT EXISTS (
         SELECT 1
           FROM contracts k
          WHERE k.program_id = CAST(:program_id AS uuid)
            AND k.member_id = v.member_id
            AND k.until_on < CAST(:as_of AS date))
   GROUP BY v.value
), ranked AS (
  SELECT value, members, CAST(sum(members) OVER (ORDER BY value DESC) AS bigint) AS reach,
         lag(value) OVER (ORDER BY value DESC) AS above,
         lag(members) OVER (ORDER BY value DESC) AS tied_above,
         lead(value) OVER (ORDER BY value DESC) IS NULL AS lowest
    FROM counted
)
SELECT CAST(value AS bigint) AS value, CAST(members AS bigint) AS members, reach,
       CAST(above AS bigint) AS above, CAST(coalesce(tied_above, 0) AS bigint) AS tied_above
  FROM ranked
 WHERE lowest
    OR EXISTS (
       SELECT 1
         FROM unnest(CAST(:ranks AS bigint[])) AS asked (rank)
        WHERE asked.rank > ranked.reach - ranked.members
          AND asked.rank <= ranked.reach)
 ORDER BY value DESC
