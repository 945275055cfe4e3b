-- A test of an endpoint, numbered downwards from -1. Contract: the endpoint is held.
INSERT INTO deliveries (endpoint_id, feed_seq, program_id, member_id, created_at, retry_at)
SELECT CAST(:endpoint_id AS uuid), least(coalesce(min(feed_seq), 0), 0) - 1,
       CAST(:program_id AS uuid), CAST(:endpoint_id AS uuid), CAST(:at AS timestamptz),
       CAST(:at AS timestamptz)
  FROM deliveries
 WHERE program_id = CAST(:program_id AS uuid)
   AND endpoint_id = CAST(:endpoint_id AS uuid)
   AND feed_seq < 0
RETURNING feed_seq
