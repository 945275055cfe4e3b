-- The same of the events that are kept for later, in quarantine or waiting for their order.
SELECT event_key, event_id, source, type, occurred_at, received_at, outcome, reason, detail,
       has_raw, matches, place
  FROM (SELECT seen.*,
               row_number() OVER (ORDER BY received_at DESC, event_key DESC) AS place,
               (CAST(:source AS text) IS NULL OR source = CAST(:source AS text))
               AND (CAST(:reason AS text) IS NULL
                    OR coalesce(reason, '') = CAST(:reason AS text)) AS matches
          FROM (SELECT event_key, event_id, source, type, occurred_at, received_at, outcome,
                       reason, detail, raw IS NOT NULL AS has_raw
                  FROM order_events
                 WHERE program_id = CAST(:program_id AS uuid)
                   AND outcome IN ('quarantined', 'waiting')
                   AND outcome = CAST(:state AS text)
                   AND (received_at, event_key)
                       < (CAST(:before_at AS timestamptz), CAST(:before_key AS uuid))
                 ORDER BY received_at DESC, event_key DESC
                 LIMIT CAST(:looked_at AS integer)) AS seen) AS judged
 WHERE matches OR place = CAST(:looked_at AS integer)
 ORDER BY place
 LIMIT CAST(:number AS integer)
