-- What orders count stays, of nobody, under random keys and without anything that was said.
INSERT INTO orders
SELECT kept.*
  FROM unnest(CAST(:order_keys AS uuid[]), CAST(:homes AS uuid[]), CAST(:random_keys AS uuid[]),
              CAST(:nobodies AS uuid[])) AS gone (order_key, home, random_key, nobody)
  JOIN orders o ON o.member_id = gone.home AND o.order_key = gone.order_key
 CROSS JOIN LATERAL jsonb_populate_record(o, jsonb_build_object(
       'member_id', gone.nobody, 'order_key', gone.random_key, 'order_id', '',
       'customer_id', NULL, 'organization_id', NULL, 'version', NULL, 'state', NULL,
       'history', '[]', 'refunds', CAST(:no_refunds AS text), 'currency', NULL,
       'rate_from', NULL, 'map_revision', NULL)) AS kept
 WHERE o.program_id = CAST(:program_id AS uuid)
