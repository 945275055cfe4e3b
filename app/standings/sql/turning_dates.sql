-- The days of a range on which some override begins or has just ended; nudges only begin.
SELECT DISTINCT turn.day
  FROM overrides
 CROSS JOIN LATERAL (VALUES (CASE WHEN set_on < from_on THEN from_on END), (CASE WHEN mode <> 'nudge' THEN until_on + 1 END)) AS turn (day)
 WHERE program_id = CAST(:program_id AS uuid)
   AND removed_at IS NULL
   AND turn.day BETWEEN CAST(:first AS date) AND CAST(:last AS date)
 ORDER BY turn.day
