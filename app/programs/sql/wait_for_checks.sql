-- An edit waits for the slices of a running check, which hold the program as it is.
SELECT set_config('lock_timeout', '10s', true), set_config('statement_timeout', '15s', true)
