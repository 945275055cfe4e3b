-- Sets the rates of one day; the last value set is kept.
INSERT INTO exchange_rates (program_id, currency, day, rate, set_at)
SELECT CAST(:program_id AS uuid), currency, CAST(:day AS date), rate, CAST(:at AS timestamptz)
  FROM unnest(CAST(:currencies AS text[]), CAST(:rates AS numeric[])) AS given (currency, rate)
 ORDER BY currency
ON CONFLICT (program_id, currency, day) DO UPDATE
   SET rate = EXCLUDED.rate, set_at = EXCLUDED.set_at
