-- Deliveries of changes that have become nobody's are nobody's too.
UPDATE deliveries d
   SET member_id = c.member_id
  FROM changes c
  JOIN endpoints e ON e.program_id = c.program_id
 WHERE c.program_id = CAST(:program_id AS uuid)
   AND c.member_id = ANY (CAST(:nobodies AS uuid[]))
   AND d.endpoint_id = e.id
   AND d.feed_seq = c.feed_seq
   AND d.member_id <> c.member_id
