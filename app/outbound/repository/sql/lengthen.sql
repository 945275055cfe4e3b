-- Makes room for so many changes at the end of each feed; answers where each ends now.
INSERT INTO feeds (program_id, feed_seq)
SELECT program_id, number
  FROM unnest(CAST(:program_ids AS uuid[]), CAST(:numbers AS bigint[])) AS more (program_id, number)
ON CONFLICT (program_id) DO UPDATE SET feed_seq = feeds.feed_seq + excluded.feed_seq
RETURNING program_id, feed_seq
