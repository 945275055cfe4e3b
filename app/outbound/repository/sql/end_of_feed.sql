-- Where a feed ends, held so until this transaction ends: no relay lengthens it meanwhile.
INSERT INTO feeds (program_id, feed_seq)
VALUES (CAST(:program_id AS uuid), 0)
ON CONFLICT (program_id) DO UPDATE SET feed_seq = feeds.feed_seq
RETURNING feed_seq
