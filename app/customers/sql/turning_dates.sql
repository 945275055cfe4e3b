-- The days of a range on which somebody begins or has ceased to represent an organization.
SELECT DISTINCT turn.day
  FROM representations
 CROSS JOIN LATERAL (VALUES (from_on), (until_on + 1)) AS turn (day)
 WHERE program_id = CAST(:program_id AS uuid)
   AND turn.day BETWEEN CAST(:first AS date) AND CAST(:last AS date)
 ORDER BY turn.day
