-- How far a target has read the feed.
UPDATE push_targets SET feed_seq = CAST(:feed_seq AS bigint)
 WHERE id = CAST(:id AS uuid) AND term = CAST(:term AS bigint)
