-- Whether any change waits for its number in the feed.
SELECT EXISTS (SELECT FROM changes WHERE feed_seq IS NULL) AS owed
