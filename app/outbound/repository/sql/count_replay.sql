-- How many changes behind a number an endpoint wants.
SELECT count(*) AS number
  FROM changes c
  JOIN endpoints e ON e.program_id = c.program_id
 WHERE e.program_id = CAST(:program_id AS uuid)
   AND e.id = CAST(:id AS uuid)
   AND c.program_id = CAST(:program_id AS uuid)
   AND c.feed_seq > CAST(:after AS bigint)
   AND c.feed_seq <= CAST(:through AS bigint)
   AND (e.events = '{}' OR c.type = ANY (e.events))
