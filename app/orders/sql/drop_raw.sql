-- Takes the raw bytes from some events that were received before an instant, or are settled.
SELECT forget_raw(CAST(:program_id AS uuid), array_agg(member_id), array_agg(event_key)) AS number
  FROM (SELECT member_id, event_key
          FROM order_events
         WHERE raw IS NOT NULL
           AND program_id = CAST(:program_id AS uuid)
           AND (received_at < CAST(:before AS timestamptz) OR outcome <> 'quarantined')
         ORDER BY received_at
         LIMIT CAST(:number AS integer)) AS old
