-- Removes attempts of an endpoint, a part at a time.
DELETE FROM attempts a
 USING (SELECT o.feed_seq, o.number
          FROM attempts o
         WHERE o.endpoint_id = CAST(:endpoint_id AS uuid)
         LIMIT CAST(:most AS integer)) AS part
 WHERE a.program_id = CAST(:program_id AS uuid)
   AND a.endpoint_id = CAST(:endpoint_id AS uuid)
   AND a.feed_seq = part.feed_seq AND a.number = part.number
