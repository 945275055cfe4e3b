-- Gives changes their numbers. Contract: once each.
UPDATE changes c
   SET feed_seq = numbered.feed_seq
  FROM unnest(CAST(:member_ids AS uuid[]), CAST(:seqs AS integer[]), CAST(:feed_seqs AS bigint[]))
    AS numbered (member_id, seq, feed_seq)
 WHERE c.member_id = numbered.member_id AND c.seq = numbered.seq AND c.feed_seq IS NULL
