-- Where these orders are at home is known no more.
DELETE FROM order_refs
 WHERE program_id = CAST(:program_id AS uuid)
   AND order_key = ANY (CAST(:order_keys AS uuid[]))
