-- Events that tell of these people as such: merged, linked.
SELECT event_key
  FROM order_events
 WHERE program_id = CAST(:program_id AS uuid)
   AND type LIKE 'customer.%'
   AND (parsed ->> 'id' = ANY (CAST(:customers AS text[]))
        OR parsed ->> 'kept_id' = ANY (CAST(:customers AS text[]))
        OR parsed ->> 'removed_id' = ANY (CAST(:customers AS text[]))
        OR parsed ->> 'organization_id' = ANY (CAST(:organizations AS text[])))
