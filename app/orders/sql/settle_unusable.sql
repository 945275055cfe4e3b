-- What became of events that were kept unread; one that is settled already stays as it is.
UPDATE order_events
   SET outcome = CAST(:outcome AS text),
       reason = CAST(:reason AS text),
       detail = CAST(:detail AS text)
 WHERE program_id = CAST(:program_id AS uuid)
   AND member_id = ANY (CAST(:keys AS uuid[]))
   AND event_key = ANY (CAST(:keys AS uuid[]))
   AND outcome = 'quarantined'
RETURNING event_key
