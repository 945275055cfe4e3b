-- Lengthens the claims of deliveries that wait or are being sent.
UPDATE deliveries d
   SET lease_until = CAST(:until AS timestamptz)
  FROM unnest(CAST(:feed_seqs AS bigint[]), CAST(:terms AS integer[])) AS held (feed_seq, term)
 WHERE d.program_id = CAST(:program_id AS uuid)
   AND d.endpoint_id = CAST(:endpoint_id AS uuid)
   AND d.feed_seq = held.feed_seq
   AND d.term = held.term
   AND d.lease_until IS NOT NULL
