-- What became of events that were kept unread; one that is settled already stays as it is. What
-- was kept for reading goes with the quarantine, and at once where it is of somebody erased.
UPDATE order_events
   SET outcome = CAST(:outcome AS text),
       reason = CAST(:reason AS text),
       detail = CAST(:detail AS text),
       raw = CASE WHEN CAST(:keeps_raw AS boolean) THEN raw END,
       headers = CASE WHEN CAST(:keeps_raw AS boolean) THEN headers END
 WHERE program_id = CAST(:program_id AS uuid)
   AND member_id = ANY (CAST(:keys AS uuid[]))
   AND event_key = ANY (CAST(:keys AS uuid[]))
   AND outcome = 'quarantined'
