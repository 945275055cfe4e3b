-- Whether no other preview of the program runs; nothing rests on it but the load.
SELECT pg_try_advisory_xact_lock(hashtextextended(CAST(:name AS text), 0)) AS alone
