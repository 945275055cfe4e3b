-- A1: an order state is the greatest version of its facts, and an order has one home.
SELECT program_id, count(*) AS violations
  FROM (SELECT program_id, order_key
          FROM (SELECT program_id, order_key, version, true AS fact
                  FROM order_events
                 WHERE type IN ('order.snapshot', 'order.deleted') AND outcome <> 'quarantined'
                 UNION ALL
                SELECT program_id, order_key, version, false FROM orders) AS states
         WHERE (CAST(:program_id AS uuid) IS NULL OR program_id = CAST(:program_id AS uuid))
         GROUP BY program_id, order_key
        HAVING max(version) FILTER (WHERE fact) IS DISTINCT FROM
               max(version) FILTER (WHERE NOT fact)
            OR count(*) FILTER (WHERE NOT fact) <> 1) AS bad
 GROUP BY program_id
