-- A2: day totals are the counted orders of the day.
SELECT program_id, count(*) AS violations
  FROM (SELECT coalesce(d.program_id, o.program_id) AS program_id
          FROM day_totals d
          FULL JOIN (SELECT member_id, counted_on AS day, min(CAST(program_id AS text)) AS program,
                            sum(counted_amount) AS spend, count(*) AS orders,
                            max(counted_amount) AS largest
                       FROM orders
                      WHERE excluded_because IS NULL AND counted_on IS NOT NULL
                      GROUP BY member_id, counted_on) AS sums USING (member_id, day)
         CROSS JOIN LATERAL (SELECT CAST(sums.program AS uuid) AS program_id) AS o
         WHERE (coalesce(d.spend, 0), coalesce(d.orders, 0), coalesce(d.largest, 0))
            <> (coalesce(sums.spend, 0), coalesce(sums.orders, 0), coalesce(sums.largest, 0))) AS bad
 WHERE (CAST(:program_id AS uuid) IS NULL OR program_id = CAST(:program_id AS uuid))
 GROUP BY program_id
