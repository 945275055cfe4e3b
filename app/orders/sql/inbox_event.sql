-- One order event, whole.
SELECT e.program_id, e.event_key, e.event_id, e.source, e.type, e.occurred_at, e.received_at,
       e.outcome, e.reason, e.detail, e.raw, e.headers, e.parsed
  FROM event_refs r
  JOIN order_events e ON e.member_id = r.member_id AND e.event_key = r.event_key
 WHERE r.event_key = CAST(:event_key AS uuid)
   AND r.program_id = CAST(:program_id AS uuid)
