-- These orders as they are stored, each looked for at its home.
SELECT o.member_id, o.order_key, o.source, o.map_revision, o.state, o.history, o.refunds,
       o.counted_on, o.counted_amount, o.excluded_because
  FROM unnest(CAST(:member_ids AS uuid[]), CAST(:order_keys AS uuid[])) AS at (member_id, order_key)
  JOIN orders o ON o.member_id = at.member_id AND o.order_key = at.order_key
 WHERE o.program_id = CAST(:program_id AS uuid)
