-- Where all orders of these members are.
SELECT member_id, order_key
  FROM orders
 WHERE program_id = CAST(:program_id AS uuid)
   AND member_id = ANY (CAST(:member_ids AS uuid[]))
 ORDER BY member_id, order_key
