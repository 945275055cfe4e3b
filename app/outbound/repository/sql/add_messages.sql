-- Stores messages, once for each change. Contract: of two that make one at a time the first stays.
INSERT INTO messages (program_id, feed_seq, member_id, type, timestamp, data)
SELECT CAST(:program_id AS uuid), feed_seq, member_id, type, timestamp, data
  FROM unnest(CAST(:feed_seqs AS bigint[]), CAST(:member_ids AS uuid[]), CAST(:types AS text[]),
              CAST(:timestamps AS text[]), CAST(:bodies AS bytea[]))
    AS made (feed_seq, member_id, type, timestamp, data)
 ORDER BY feed_seq
ON CONFLICT (program_id, feed_seq) DO NOTHING
