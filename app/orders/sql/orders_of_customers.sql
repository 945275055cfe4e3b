-- The orders these customers placed, wherever they are at home.
SELECT o.order_key, o.member_id
  FROM orders o
 WHERE o.program_id = CAST(:program_id AS uuid)
   AND o.customer_id = ANY (CAST(:customers AS uuid[]))
 ORDER BY o.order_key
