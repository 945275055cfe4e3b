-- What receivers answered to changes of these members may name them.
UPDATE attempts a
   SET answer = NULL
  FROM changes c
  JOIN endpoints e ON e.program_id = c.program_id
 WHERE c.program_id = CAST(:program_id AS uuid)
   AND c.member_id = ANY (CAST(:nobodies AS uuid[]))
   AND a.endpoint_id = e.id
   AND a.feed_seq = c.feed_seq
   AND a.answer IS NOT NULL
