-- The rates of a program.
SELECT currency, day, rate FROM exchange_rates WHERE program_id = CAST(:program_id AS uuid)
