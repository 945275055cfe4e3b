-- Events that tell of these people themselves: merged, linked, what they did beside ordering.
-- Contract: `near` is whoever may hold a fact of theirs.
SELECT member_id, event_key
  FROM order_events
 WHERE program_id = CAST(:program_id AS uuid)
   AND type LIKE 'customer.%'
   AND (parsed ->> 'id' = ANY (CAST(:customers AS text[]))
        OR parsed ->> 'kept_id' = ANY (CAST(:customers AS text[]))
        OR parsed ->> 'removed_id' = ANY (CAST(:customers AS text[]))
        OR parsed ->> 'organization_id' = ANY (CAST(:organizations AS text[])))
 UNION
SELECT member_id, event_key
  FROM order_events
 WHERE program_id = CAST(:program_id AS uuid)
   AND member_id = ANY (CAST(:near AS uuid[]))
   AND type = 'activity'
   AND parsed ->> 'customer_id' = ANY (CAST(:customers AS text[]))
