-- A delivery of each numbered change for each endpoint that wants it. Due at once unless an older
-- one of its member and endpoint has not ended.
-- Contract: in the transaction that numbers the changes; the endpoints are held by it.
INSERT INTO deliveries (endpoint_id, feed_seq, program_id, member_id, created_at, retry_at)
SELECT wanted.endpoint_id, wanted.feed_seq, wanted.program_id, wanted.member_id,
       CAST(:at AS timestamptz),
       CASE WHEN wanted.place = 1
             AND NOT EXISTS (SELECT FROM deliveries o
                              WHERE o.endpoint_id = wanted.endpoint_id
                                AND o.member_id = wanted.member_id
                                AND o.state = 'pending')
            THEN CAST(:at AS timestamptz) END
  FROM (SELECT e.id AS endpoint_id, n.feed_seq, e.program_id, n.member_id,
               row_number() OVER (PARTITION BY e.id, n.member_id ORDER BY n.feed_seq) AS place
          FROM unnest(CAST(:program_ids AS uuid[]), CAST(:member_ids AS uuid[]),
                      CAST(:types AS text[]), CAST(:feed_seqs AS bigint[]))
            AS n (program_id, member_id, type, feed_seq)
          JOIN endpoints e ON e.program_id = n.program_id
         WHERE e.id = ANY (CAST(:endpoint_ids AS uuid[]))
           AND (e.events = '{}' OR n.type = ANY (e.events))) AS wanted
 ORDER BY wanted.endpoint_id, wanted.feed_seq
