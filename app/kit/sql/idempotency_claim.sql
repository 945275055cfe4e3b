-- One request per idempotency key at a time; the lock ends with the transaction.
-- The primary key of the stored answer is the guard, the lock only says so earlier.
SELECT pg_try_advisory_xact_lock(CAST(:lock AS bigint)) AS got
