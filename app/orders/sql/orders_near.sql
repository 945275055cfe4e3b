-- The orders at home with a member whose day is `near` or later, or that have none yet; and the
-- latest before `first`, a number of them.
SELECT o.member_id, o.order_key, o.source, o.order_id, o.state ->> 'customer_id' AS customer_id,
       o.history -> -1 ->> 1 AS status, o.state ->> 'total' AS total, o.currency,
       CASE WHEN o.refunds -> 'listed' <> '{}' OR o.refunds -> 'told' <> '{}' THEN o.refunds END
         AS refunds,
       o.over_refunded, o.date_substituted, o.basis_substituted, o.counted_on, o.counted_amount,
       o.excluded_because, m.kind, m.external_id
  FROM orders o
  JOIN members m ON m.member_id = o.member_id
 WHERE o.program_id = CAST(:program_id AS uuid)
   AND o.member_id = CAST(:member_id AS uuid)
   AND (o.counted_on IS NULL OR o.counted_on >= LEAST(CAST(:near AS date), coalesce(
       (SELECT l.counted_on
          FROM orders l
         WHERE l.member_id = CAST(:member_id AS uuid)
           AND l.counted_on < CAST(:first AS date)
         ORDER BY l.counted_on DESC
        OFFSET CAST(:latest AS integer) - 1
         LIMIT 1), DATE '0001-01-01')))
 ORDER BY o.counted_on NULLS LAST, o.order_id, o.source
