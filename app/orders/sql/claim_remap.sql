-- A source whose orders are to be read by its newest map, in the hands of this transaction.
SELECT program_id, source, owes_check, attempts
  FROM remaps
 WHERE retry_at <= CAST(:at AS timestamptz)
 ORDER BY retry_at, program_id, source
 LIMIT 1
   FOR UPDATE SKIP LOCKED
