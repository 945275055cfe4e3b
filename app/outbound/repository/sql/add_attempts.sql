-- The log of attempts.
INSERT INTO attempts (endpoint_id, feed_seq, number, program_id, at, status, milliseconds, error,
                      answer)
SELECT CAST(:endpoint_id AS uuid), feed_seq, number, CAST(:program_id AS uuid), at, status,
       milliseconds, error, answer
  FROM unnest(CAST(:feed_seqs AS bigint[]), CAST(:numbers AS integer[]),
              CAST(:ats AS timestamptz[]), CAST(:statuses AS integer[]),
              CAST(:milliseconds AS integer[]), CAST(:errors AS text[]),
              CAST(:answers AS text[]))
    AS made (feed_seq, number, at, status, milliseconds, error, answer)
ON CONFLICT (endpoint_id, feed_seq, number) DO NOTHING
