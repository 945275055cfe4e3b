-- The totals of each member over each window asked for, both days included.
SELECT asked.member_id, asked.number, d.spend, d.orders, d.largest, d.points
  FROM unnest(CAST(:member_ids AS uuid[]), CAST(:numbers AS integer[]), CAST(:firsts AS date[]),
              CAST(:lasts AS date[])) AS asked (member_id, number, first, last)
  JOIN LATERAL (
       SELECT CAST(sum(spend) AS bigint) AS spend, CAST(sum(orders) AS bigint) AS orders,
              max(largest) AS largest, CAST(sum(points) AS bigint) AS points
         FROM day_totals
        WHERE day_totals.member_id = asked.member_id
          AND day_totals.day BETWEEN asked.first AND asked.last
        GROUP BY day_totals.member_id) d ON true
