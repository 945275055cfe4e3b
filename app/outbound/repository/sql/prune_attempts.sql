-- Forgets the oldest attempts, a part at a time.
DELETE FROM attempts a
 USING (SELECT o.endpoint_id, o.feed_seq, o.number
          FROM attempts o
         WHERE o.at < CAST(:before AS timestamptz)
         ORDER BY o.at
         LIMIT CAST(:most AS integer)) AS old
 WHERE a.endpoint_id = old.endpoint_id AND a.feed_seq = old.feed_seq AND a.number = old.number
