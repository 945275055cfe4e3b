-- Whom the feed of a program is about behind a number.
SELECT feed_seq, type, member_id
  FROM changes
 WHERE program_id = CAST(:program_id AS uuid)
   AND feed_seq > CAST(:after AS bigint)
 ORDER BY feed_seq
 LIMIT CAST(:most AS integer)
