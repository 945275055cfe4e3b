-- Notices of erasures that still name somebody and need not: every endpoint that was to be told
-- has it or has given up; where none was, or one still tries, after a while.
SELECT c.program_id, c.member_id, c.feed_seq
  FROM changes c
 WHERE c.feed_seq IS NOT NULL
   AND c.type = 'customer.redacted'
   AND c.data <> '{}'
   AND (c.recorded_at < CAST(:before AS timestamptz)
        OR EXISTS (SELECT FROM deliveries d
                     JOIN endpoints e ON e.id = d.endpoint_id
                    WHERE e.program_id = c.program_id AND d.feed_seq = c.feed_seq)
           AND NOT EXISTS (SELECT FROM deliveries d
                             JOIN endpoints e ON e.id = d.endpoint_id
                            WHERE e.program_id = c.program_id AND d.feed_seq = c.feed_seq
                              AND d.state = 'pending'))
 ORDER BY c.feed_seq
 LIMIT CAST(:number AS integer)
