-- A page of a program's orders that have no customer.
SELECT o.member_id, o.order_key, o.source, o.order_id, o.customer_id, o.state, o.history, o.refunds,
       o.currency, o.rate_from, o.refunded, o.over_refunded, o.date_substituted,
       o.basis_substituted, o.counted_on, o.counted_amount, o.excluded_because, m.kind, m.external_id
  FROM orders o
  JOIN members m ON m.member_id = o.member_id
 WHERE o.program_id = CAST(:program_id AS uuid)
   AND o.customer_id IS NULL
   AND m.external_id IS NOT NULL
   AND o.order_key > CAST(:order_key AS uuid)
   AND (CAST(:counted AS boolean) IS NULL
        OR CAST(:counted AS boolean) = (o.excluded_because IS NULL))
 ORDER BY o.order_key
 LIMIT CAST(:number AS integer)
