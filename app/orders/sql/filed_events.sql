-- What is filed under these event keys.
SELECT e.event_key, e.content_hash
  FROM event_refs r
  JOIN order_events e ON e.member_id = r.member_id AND e.event_key = r.event_key
 WHERE r.program_id = CAST(:program_id AS uuid)
   AND r.event_key = ANY (CAST(:event_keys AS uuid[]))
