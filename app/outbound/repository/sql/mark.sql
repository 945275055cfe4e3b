-- Records how attempts ended. Contract: only of those who still hold their claim.
UPDATE deliveries d
   SET state = m.state, retry_at = m.retry_at, lease_until = NULL,
       tries = d.tries + 1, attempts = d.attempts + 1,
       ended_at = CASE WHEN m.state = 'pending' THEN NULL ELSE CAST(:at AS timestamptz) END
  FROM unnest(CAST(:feed_seqs AS bigint[]), CAST(:terms AS integer[]), CAST(:states AS text[]),
              CAST(:retry_ats AS timestamptz[]))
    AS m (feed_seq, term, state, retry_at)
 WHERE d.program_id = CAST(:program_id AS uuid)
   AND d.endpoint_id = CAST(:endpoint_id AS uuid)
   AND d.feed_seq = m.feed_seq
   AND d.term = m.term
   AND d.lease_until IS NOT NULL
RETURNING d.feed_seq, d.attempts
