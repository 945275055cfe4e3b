-- What was bought in a span by the level that each buyer held on each ladder when the day of the
-- order began: a move of that day came with or after its orders. Stated are the discounts that
-- orders in the program's currency tell, in major units; foreign are orders that tell one in
-- another currency.
WITH moved AS (
  SELECT c.member_id, c.ladder, c.from_level AS level_key, c.as_of AS through,
         lag(c.as_of) OVER (PARTITION BY c.member_id, c.ladder ORDER BY c.seq) AS behind
    FROM changes c
   WHERE c.program_id = CAST(:program_id AS uuid)
     AND c.as_of >= CAST(:first AS date)
     AND c.direction IS NOT NULL
), held AS (
  SELECT member_id, ladder, level_key, coalesce(behind, '-infinity') AS behind, through
    FROM moved
   UNION ALL
  SELECT p.member_id, p.ladder, p.level_key, coalesce(l.through, '-infinity'), 'infinity'
    FROM positions p
    LEFT JOIN (SELECT member_id, ladder, max(through) AS through
                 FROM moved
                GROUP BY member_id, ladder) l
      ON l.member_id = p.member_id AND l.ladder = p.ladder
   WHERE p.program_id = CAST(:program_id AS uuid)
), bought AS (
  SELECT d.member_id, d.day, d.spend, d.orders, t.stated, t.strange
    FROM day_totals d
   CROSS JOIN LATERAL (
         SELECT sum(CAST(o.state ->> 'discount' AS numeric))
                  FILTER (WHERE o.currency = CAST(:currency AS text)) AS stated,
                count(*) FILTER (WHERE o.currency <> CAST(:currency AS text)
                                   AND CAST(o.state ->> 'discount' AS numeric) > 0) AS strange
           FROM orders o
          WHERE o.program_id = CAST(:program_id AS uuid)
            AND o.member_id = d.member_id
            AND o.counted_on = d.day
            AND o.excluded_because IS NULL) t
   WHERE d.program_id = CAST(:program_id AS uuid)
     AND d.day BETWEEN CAST(:first AS date) AND CAST(:last AS date)
)
SELECT asked.ladder, h.level_key, count(DISTINCT b.member_id) AS members,
       CAST(sum(b.orders) AS bigint) AS orders, CAST(sum(b.spend) AS bigint) AS spend,
       coalesce(sum(b.stated), 0) AS stated, CAST(sum(b.strange) AS bigint) AS strange
  FROM bought b
 CROSS JOIN unnest(CAST(:ladders AS text[])) AS asked (ladder)
  LEFT JOIN held h
    ON h.member_id = b.member_id AND h.ladder = asked.ladder
   AND b.day > h.behind AND b.day <= h.through
 WHERE b.orders > 0
 GROUP BY asked.ladder, h.level_key
