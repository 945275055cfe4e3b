-- Gives each order that has no home yet the one proposed. Contract: keys come sorted.
INSERT INTO order_refs (order_key, program_id, member_id, first_seen_at)
SELECT order_key, CAST(:program_id AS uuid), member_id, CAST(:at AS timestamptz)
  FROM unnest(CAST(:order_keys AS uuid[]), CAST(:member_ids AS uuid[])) AS o (order_key, member_id)
 ORDER BY order_key
ON CONFLICT (order_key) DO NOTHING
