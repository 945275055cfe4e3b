-- Order events of a program, the newest first, of the next ones behind a place; those that match,
-- and the last one looked at.
SELECT event_key, event_id, source, type, occurred_at, received_at, outcome, reason, detail,
       has_raw, matches, place
  FROM (SELECT seen.*,
               row_number() OVER (ORDER BY received_at DESC, event_key DESC) AS place,
               (CAST(:state AS text) IS NULL OR outcome = CAST(:state AS text))
               AND (CAST(:source AS text) IS NULL OR source = CAST(:source AS text))
               AND (CAST(:reason AS text) IS NULL
                    OR coalesce(reason, '') = CAST(:reason AS text)) AS matches
          FROM (SELECT event_key, event_id, source, type, occurred_at, received_at, outcome,
                       reason, detail, raw IS NOT NULL AS has_raw
                  FROM order_events
                 WHERE program_id = CAST(:program_id AS uuid)
                   AND (received_at, event_key)
                       < (CAST(:before_at AS timestamptz), CAST(:before_key AS uuid))
                 ORDER BY received_at DESC, event_key DESC
                 LIMIT CAST(:looked_at AS integer)) AS seen) AS judged
 WHERE matches OR place = CAST(:looked_at AS integer)
 ORDER BY place
 LIMIT CAST(:number AS integer)
