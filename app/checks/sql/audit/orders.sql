-- The stored orders of members.
SELECT member_id, order_key, source, map_revision, state, history, refunds, counted_on,
       counted_amount, excluded_because
  FROM orders
 WHERE program_id = CAST(:program_id AS uuid) AND member_id = ANY (CAST(:member_ids AS uuid[]))
