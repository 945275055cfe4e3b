-- The orders that the program's rates of one day convert.
SELECT o.order_key, o.member_id
  FROM orders o
 WHERE o.program_id = CAST(:program_id AS uuid)
   AND o.rate_from = 'table'
   AND o.counted_on = CAST(:day AS date)
   AND o.currency = ANY (CAST(:currencies AS text[]))
 ORDER BY o.order_key
