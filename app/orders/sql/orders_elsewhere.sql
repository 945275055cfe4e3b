-- The orders of a customer since a day that are at home with somebody else.
SELECT o.member_id, o.order_key, o.source, o.order_id, o.state ->> 'customer_id' AS customer_id,
       o.history -> -1 ->> 1 AS status, o.state ->> 'total' AS total, o.currency,
       CASE WHEN o.refunds -> 'listed' <> '{}' OR o.refunds -> 'told' <> '{}' THEN o.refunds END
         AS refunds,
       o.over_refunded, o.date_substituted, o.basis_substituted, o.counted_on, o.counted_amount,
       o.excluded_because, m.kind, m.external_id
  FROM orders o
  JOIN members m ON m.member_id = o.member_id
 WHERE o.program_id = CAST(:program_id AS uuid)
   AND o.customer_id = CAST(:customer AS uuid)
   AND o.member_id <> CAST(:customer AS uuid)
   AND (o.counted_on IS NULL OR o.counted_on >= CAST(:near AS date))
 ORDER BY o.counted_on NULLS LAST, o.order_id, o.source
