-- How often members moved from each level to each, by occasion, as of the days of a span.
SELECT c.ladder, c.from_level, c.to_level, c.direction, c.occasion, count(*) AS moves
  FROM changes c
 WHERE c.program_id = CAST(:program_id AS uuid)
   AND c.as_of BETWEEN CAST(:first AS date) AND CAST(:last AS date)
   AND c.direction IS NOT NULL
 GROUP BY c.ladder, c.from_level, c.to_level, c.direction, c.occasion
