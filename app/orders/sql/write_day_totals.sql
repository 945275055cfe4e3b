-- Day totals anew from the facts of these days; days without any are taken out before.
INSERT INTO day_totals (member_id, day, program_id, spend, orders, largest, points)
SELECT member_id, day, CAST(:program_id AS uuid), coalesce(sum(spend), 0), coalesce(sum(orders), 0),
       coalesce(max(largest), 0), coalesce(sum(points), 0)
  FROM (SELECT at.member_id, at.day, o.spend, o.orders, o.largest, CAST(NULL AS bigint) AS points
          FROM unnest(CAST(:member_ids AS uuid[]), CAST(:days AS date[])) AS at (member_id, day)
          JOIN LATERAL (
               SELECT sum(counted_amount) AS spend, count(*) AS orders,
                      max(counted_amount) AS largest
                 FROM orders
                WHERE orders.member_id = at.member_id
                  AND orders.counted_on = at.day
                  AND orders.excluded_because IS NULL
                GROUP BY orders.member_id) o ON true
         UNION ALL
        SELECT at.member_id, at.day, NULL, NULL, NULL, p.points
          FROM unnest(CAST(:member_ids AS uuid[]), CAST(:days AS date[])) AS at (member_id, day)
          JOIN LATERAL (
               SELECT CAST(sum(points) AS bigint) AS points
                 FROM points_entries
                WHERE points_entries.member_id = at.member_id
                  AND points_entries.day = at.day
                  AND points_entries.kind = 'earned'
                GROUP BY points_entries.member_id) p ON true) AS facts
 GROUP BY member_id, day
HAVING coalesce(sum(orders), 0) > 0 OR coalesce(sum(points), 0) <> 0
ON CONFLICT (member_id, day) DO UPDATE
   SET spend = EXCLUDED.spend, orders = EXCLUDED.orders, largest = EXCLUDED.largest,
       points = EXCLUDED.points
