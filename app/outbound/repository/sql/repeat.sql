-- Owes a delivery once more, or makes one due that waits for its next attempt.
-- Contract: the endpoint is held; one that waits for an older of its member goes on waiting, and
-- one that is being sent is left alone.
UPDATE deliveries
   SET state = 'pending', tries = 0, ended_at = NULL, retry_at = CAST(:at AS timestamptz),
       lease_until = NULL, replay = replay OR state <> 'pending'
 WHERE program_id = CAST(:program_id AS uuid)
   AND endpoint_id = CAST(:endpoint_id AS uuid)
   AND feed_seq = CAST(:feed_seq AS bigint)
   AND (state <> 'pending' OR retry_at IS NOT NULL)
   AND (lease_until IS NULL OR lease_until <= CAST(:at AS timestamptz))
