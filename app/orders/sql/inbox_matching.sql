-- How many events in quarantine can be read again.
SELECT count(*) AS matching
  FROM order_events
 WHERE program_id = CAST(:program_id AS uuid)
   AND outcome IN ('quarantined', 'waiting')
   AND outcome = 'quarantined'
   AND raw IS NOT NULL
   AND reason <> ALL (CAST(:never AS text[]))
   AND (CAST(:source AS text) IS NULL OR source = CAST(:source AS text))
   AND (CAST(:reason AS text) IS NULL OR reason = CAST(:reason AS text))
