-- A page of the orders that are at home with one member, the newest first.
SELECT o.member_id, o.order_key, o.source, o.order_id, o.customer_id, o.state, o.history, o.refunds,
       o.currency, o.rate_from, o.refunded, o.over_refunded, o.date_substituted,
       o.basis_substituted, o.counted_on, o.counted_amount, o.excluded_because, m.kind, m.external_id
  FROM orders o
  JOIN members m ON m.member_id = o.member_id
 WHERE o.program_id = CAST(:program_id AS uuid)
   AND o.member_id = CAST(:home AS uuid)
   AND (CAST(:counted AS boolean) IS NULL
        OR CAST(:counted AS boolean) = (o.excluded_because IS NULL))
   AND (coalesce(o.counted_on, DATE '9999-12-31'), o.order_key)
       < (CAST(:before AS date), CAST(:before_key AS uuid))
 ORDER BY coalesce(o.counted_on, DATE '9999-12-31') DESC, o.order_key DESC
 LIMIT CAST(:number AS integer)
