-- Day totals anew from the facts of these days; days without any are taken out before.
INSERT INTO day_totals (member_id, day, program_id, spend, orders, largest, points)
SELECT at.member_id, at.day, CAST(:program_id AS uuid), coalesce(o.spend, 0), o.orders,
       coalesce(o.largest, 0), coalesce(p.points, 0)
  FROM unnest(CAST(:member_ids AS uuid[]), CAST(:days AS date[])) AS at (member_id, day)
  JOIN LATERAL (
       SELECT CAST(sum(counted_amount) AS bigint) AS spend, count(*) AS orders,
              max(counted_amount) AS largest
         FROM orders
        WHERE orders.member_id = at.member_id
          AND orders.counted_on = at.day
          AND orders.excluded_because IS NULL) o ON true
  JOIN LATERAL (
       SELECT CAST(sum(points) AS bigint) AS points
         FROM points_entries
        WHERE points_entries.member_id = at.member_id
          AND points_entries.day = at.day
          AND points_entries.kind = 'earned') p ON true
 WHERE o.orders > 0 OR coalesce(p.points, 0) <> 0
ON CONFLICT (member_id, day) DO UPDATE
   SET spend = EXCLUDED.spend, orders = EXCLUDED.orders, largest = EXCLUDED.largest,
       points = EXCLUDED.points
