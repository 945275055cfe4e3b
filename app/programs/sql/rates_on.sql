-- The rates of one day.
SELECT currency, rate
  FROM exchange_rates
 WHERE program_id = CAST(:program_id AS uuid)
   AND day = CAST(:day AS date)
 ORDER BY currency
