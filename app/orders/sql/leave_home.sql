-- Takes orders out of the homes they have left.
DELETE FROM orders
 USING unnest(CAST(:member_ids AS uuid[]), CAST(:order_keys AS uuid[])) AS gone (member_id, order_key)
 WHERE orders.member_id = gone.member_id
   AND orders.order_key = gone.order_key
   AND orders.program_id = CAST(:program_id AS uuid)
