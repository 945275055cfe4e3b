-- A slice may take longer than a request, and plans for the range of members that it is given:
-- a plan for any range takes it for a small one.
SELECT set_config('statement_timeout', CAST(:limit AS text), true),
       set_config('plan_cache_mode', 'force_custom_plan', true)
