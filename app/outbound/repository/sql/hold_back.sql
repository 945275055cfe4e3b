-- Lets wait what is due though an older one of its member has not ended. Whoever sends it now has
-- lost the claim: it is sent once more in its turn.
UPDATE deliveries d
   SET retry_at = NULL, lease_until = NULL
  FROM unnest(CAST(:member_ids AS uuid[])) AS who (member_id)
 WHERE d.program_id = CAST(:program_id AS uuid)
   AND d.endpoint_id = CAST(:endpoint_id AS uuid)
   AND d.member_id = who.member_id
   AND d.state = 'pending'
   AND d.retry_at IS NOT NULL
   AND EXISTS (SELECT FROM deliveries o
                WHERE o.endpoint_id = CAST(:endpoint_id AS uuid)
                  AND o.member_id = d.member_id
                  AND o.state = 'pending'
                  AND o.feed_seq < d.feed_seq)
