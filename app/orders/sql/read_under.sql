-- These orders mean under this map what they meant before.
UPDATE orders
   SET map_revision = CAST(:revision AS integer)
  FROM unnest(CAST(:member_ids AS uuid[]), CAST(:order_keys AS uuid[])) AS at (member_id, order_key)
 WHERE orders.member_id = at.member_id
   AND orders.order_key = at.order_key
   AND orders.program_id = CAST(:program_id AS uuid)
