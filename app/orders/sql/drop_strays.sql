-- Takes out what stands of these orders anywhere but at their home.
DELETE FROM orders o
 USING order_refs r
 WHERE o.program_id = CAST(:program_id AS uuid)
   AND o.order_key = ANY (CAST(:order_keys AS uuid[]))
   AND r.order_key = o.order_key
   AND r.member_id <> o.member_id
