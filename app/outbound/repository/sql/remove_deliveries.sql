-- Removes deliveries of an endpoint, a part at a time.
DELETE FROM deliveries d
 USING (SELECT o.feed_seq
          FROM deliveries o
         WHERE o.endpoint_id = CAST(:endpoint_id AS uuid)
         LIMIT CAST(:most AS integer)) AS part
 WHERE d.program_id = CAST(:program_id AS uuid)
   AND d.endpoint_id = CAST(:endpoint_id AS uuid)
   AND d.feed_seq = part.feed_seq
