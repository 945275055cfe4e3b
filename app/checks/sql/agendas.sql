-- What decides which checks programs owe: one row for each version that was in force since the
-- last scheduled date, in order. Without a program: all of those that may owe one by themselves.
SELECT p.id AS program_id, p.sandbox_day, p.created_at, p.checked_on, p.overrides_on, p.recheck_at,
       p.recheck_occasion, p.recheck_keep, c.last_on, v.published_at, v.until,
       v.definition -> 'settings' ->> 'check_schedule' AS schedule,
       v.definition -> 'settings' ->> 'time_zone' AS zone,
       CAST(v.definition -> 'settings' ->> 'enabled' AS boolean) AS enabled,
       EXISTS (SELECT FROM checks a
                WHERE a.program_id = p.id AND a.state IN ('queued', 'running')
                  AND a.occasion <> 'audit') AS busy
  FROM programs p
 CROSS JOIN LATERAL (SELECT max(as_of) AS last_on FROM checks
                      WHERE program_id = p.id AND scheduled) c
 CROSS JOIN LATERAL (SELECT version, published_at, definition,
                            lead(published_at) OVER (ORDER BY version) AS until
                       FROM program_versions WHERE program_id = p.id) v
 WHERE (v.until IS NULL
        OR v.until > coalesce(CAST(c.last_on - 1 AS timestamptz), p.created_at))
   AND (p.id = CAST(:program_id AS uuid)
        OR CAST(:program_id AS uuid) IS NULL
           AND (p.sandbox_day IS NULL OR p.recheck_at <= CAST(:at AS timestamptz)))
 ORDER BY p.id, v.version
