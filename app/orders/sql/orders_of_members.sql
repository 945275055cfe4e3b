-- Everything known of all orders of these members.
SELECT o.member_id, o.order_key, o.source, o.order_id, o.state, o.history, o.refunds,
       o.counted_on, o.counted_amount, o.excluded_because, o.map_revision, o.multiplier
  FROM orders o
 WHERE o.program_id = CAST(:program_id AS uuid)
   AND o.member_id = ANY (CAST(:member_ids AS uuid[]))
 ORDER BY o.member_id, o.order_key
