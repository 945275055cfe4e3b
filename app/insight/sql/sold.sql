-- What was bought in a span by the level that each buyer held on each ladder when the day of the
-- order began: a move of that day came with or after its orders, and who has not moved since holds
-- the level of today. Stated are the discounts that orders in the program's currency tell, in
-- major units; foreign are orders that tell one in another currency.
WITH moved AS (
  SELECT c.member_id, c.ladder, c.from_level, c.as_of AS through,
         lag(c.as_of, 1, '-infinity') OVER (PARTITION BY c.member_id, c.ladder ORDER BY c.seq)
           AS behind
    FROM changes c
   WHERE c.program_id = CAST(:program_id AS uuid)
     AND c.as_of >= CAST(:first AS date)
     AND c.direction IS NOT NULL
), told AS (
  SELECT o.member_id, o.counted_on,
         sum(CAST(o.state ->> 'discount' AS numeric))
           FILTER (WHERE o.currency = CAST(:currency AS text)) AS stated,
         count(*) FILTER (WHERE o.currency <> CAST(:currency AS text)
                            AND CAST(o.state ->> 'discount' AS numeric) > 0) AS strange
    FROM orders o
   WHERE o.program_id = CAST(:program_id AS uuid)
     AND o.counted_on BETWEEN CAST(:first AS date) AND CAST(:last AS date)
     AND o.state ->> 'discount' IS NOT NULL
     AND o.excluded_because IS NULL
   GROUP BY o.member_id, o.counted_on
), bought AS (
  SELECT d.member_id, asked.ladder,
         CASE WHEN m.member_id IS NULL THEN p.level_key ELSE m.from_level END AS level_key,
         sum(d.orders) AS orders, sum(d.spend) AS spend, sum(t.stated) AS stated,
         sum(t.strange) AS strange
    FROM day_totals d
    LEFT JOIN told t ON t.member_id = d.member_id AND t.counted_on = d.day
   CROSS JOIN unnest(CAST(:ladders AS text[])) AS asked (ladder)
    LEFT JOIN moved m
      ON m.member_id = d.member_id AND m.ladder = asked.ladder
     AND d.day > m.behind AND d.day <= m.through
    LEFT JOIN positions p
      ON p.program_id = CAST(:program_id AS uuid)
     AND p.member_id = d.member_id AND p.ladder = asked.ladder
   WHERE d.program_id = CAST(:program_id AS uuid)
     AND d.day BETWEEN CAST(:first AS date) AND CAST(:last AS date)
     AND d.orders > 0
   GROUP BY d.member_id, asked.ladder, 3
)
SELECT ladder, level_key, count(*) AS members, CAST(sum(orders) AS bigint) AS orders,
       CAST(sum(spend) AS bigint) AS spend, coalesce(sum(stated), 0) AS stated,
       CAST(coalesce(sum(strange), 0) AS bigint) AS strange
  FROM bought
 GROUP BY ladder, level_key
