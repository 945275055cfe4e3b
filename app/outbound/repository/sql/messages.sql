-- The messages of some changes, where they were made before.
SELECT feed_seq, type, timestamp, data
  FROM messages
 WHERE program_id = CAST(:program_id AS uuid)
   AND feed_seq = ANY (CAST(:feed_seqs AS bigint[]))
