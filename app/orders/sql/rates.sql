-- The program's rates of these currencies on these days.
SELECT r.currency, r.day, r.rate
  FROM unnest(CAST(:currencies AS text[]), CAST(:days AS date[])) AS asked (currency, day)
  JOIN exchange_rates r ON r.currency = asked.currency AND r.day = asked.day
 WHERE r.program_id = CAST(:program_id AS uuid)
