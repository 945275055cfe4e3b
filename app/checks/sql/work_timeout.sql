-- A slice may take longer than a request.
SELECT set_config('statement_timeout', CAST(:limit AS text), true)
