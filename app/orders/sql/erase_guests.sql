-- Which of these orders are of guests, with their homes.
SELECT r.order_key, r.member_id
  FROM order_refs r
  JOIN orders o ON o.member_id = r.member_id AND o.order_key = r.order_key
  JOIN members m ON m.member_id = r.member_id
 WHERE r.program_id = CAST(:program_id AS uuid)
   AND r.order_key = ANY (CAST(:order_keys AS uuid[]))
   AND m.kind = 'guest'
   AND o.customer_id IS NULL
