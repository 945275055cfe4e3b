-- The next orders of a program, in the order of their keys, and where each is at home.
SELECT order_key, member_id
  FROM order_refs
 WHERE program_id = CAST(:program_id AS uuid) AND order_key > CAST(:after AS uuid)
 ORDER BY order_key
 LIMIT CAST(:most AS integer)
