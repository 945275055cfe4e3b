-- What is watched of checks: whom those under way have not looked at, and who waits the longest.
SELECT (SELECT coalesce(sum(s.members - s.done), 0)
          FROM checks c
         CROSS JOIN LATERAL (SELECT c.members_total AS members,
                                    coalesce(sum(one.members_done), 0) AS done
                               FROM check_slices one
                              WHERE one.check_id = c.id) AS s
         WHERE c.state IN ('queued', 'running') AND c.occasion <> 'audit') AS remaining,
       (SELECT min(coalesce(done.at, p.created_at))
          FROM programs p
          JOIN program_versions v ON v.program_id = p.id AND v.version = p.version
          LEFT JOIN LATERAL (SELECT max(c.finished_at) AS at
                               FROM checks c
                              WHERE c.program_id = p.id AND c.scheduled AND c.state = 'finished')
                    AS done ON true
         WHERE p.sandbox_day IS NULL
           AND v.definition -> 'settings' ->> 'enabled' = 'true') AS finished_at
