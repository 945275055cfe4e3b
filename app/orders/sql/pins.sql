-- Where these orders are at home.
SELECT order_key, member_id
  FROM order_refs
 WHERE program_id = CAST(:program_id AS uuid)
   AND order_key = ANY (CAST(:order_keys AS uuid[]))
