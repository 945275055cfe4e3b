-- Orders that count for others and were once said to be of somebody who is erased.
SELECT o.order_key, o.member_id, m.kind, m.external_id, o.state, o.history, o.refunds, o.version
  FROM unnest(CAST(:homes AS uuid[]), CAST(:order_keys AS uuid[])) AS asked (home, order_key)
  JOIN orders o ON o.member_id = asked.home AND o.order_key = asked.order_key
  JOIN members m ON m.member_id = o.member_id
 WHERE o.program_id = CAST(:program_id AS uuid)
