-- What was told of changes of these members.
DELETE FROM messages m
 USING changes c
 WHERE c.program_id = CAST(:program_id AS uuid)
   AND c.member_id = ANY (CAST(:nobodies AS uuid[]))
   AND m.program_id = c.program_id
   AND m.feed_seq = c.feed_seq
