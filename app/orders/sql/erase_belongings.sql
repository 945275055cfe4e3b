-- The orders that these members placed, hold, or were once named by, with their homes.
-- Contract: `near` is whoever may hold a fact of theirs; all homes are among it or placed.
SELECT o.order_key, o.member_id
  FROM orders o
 WHERE o.program_id = CAST(:program_id AS uuid)
   AND (o.customer_id = ANY (CAST(:member_ids AS uuid[]))
        OR o.member_id = ANY (CAST(:member_ids AS uuid[])))
 UNION
SELECT r.order_key, r.member_id
  FROM order_events e
  JOIN order_refs r ON r.order_key = e.order_key
 WHERE e.program_id = CAST(:program_id AS uuid)
   AND e.member_id = ANY (CAST(:near AS uuid[]))
   AND (e.parsed ->> 'customer_id' = ANY (CAST(:customers AS text[]))
        OR e.parsed ->> 'organization_id' = ANY (CAST(:organizations AS text[])))
