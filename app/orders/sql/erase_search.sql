-- Some events in quarantine that may hold one of these texts, behind a key.
SELECT member_id, event_key, raw, event_id, detail,
       concat(CAST(parsed AS text), CAST(headers AS text)) AS said
  FROM order_events e
 WHERE program_id = CAST(:program_id AS uuid)
   AND outcome = 'quarantined'
   AND event_key > CAST(:after AS uuid)
   AND EXISTS (SELECT FROM unnest(CAST(:needles AS bytea[])) AS asked (needle)
                WHERE position(needle IN coalesce(raw, '')) > 0
                   OR position(needle IN convert_to(concat(CAST(parsed AS text),
                      CAST(headers AS text), event_id, detail), 'UTF8')) > 0)
 ORDER BY event_key
 LIMIT CAST(:number AS integer)
