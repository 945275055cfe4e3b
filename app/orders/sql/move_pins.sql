-- Gives these orders another home; both members are locked.
UPDATE order_refs
   SET member_id = moved.member_id
  FROM unnest(CAST(:order_keys AS uuid[]), CAST(:member_ids AS uuid[])) AS moved (order_key, member_id)
 WHERE order_refs.order_key = moved.order_key
   AND order_refs.program_id = CAST(:program_id AS uuid)
