-- Programs whose last scheduled check no audit has followed yet, or whose audit was left.
SELECT p.id
  FROM programs p
 WHERE p.checked_on IS NOT NULL AND p.sandbox_day IS NULL
   AND NOT EXISTS (SELECT FROM checks c
                    WHERE c.program_id = p.id AND c.occasion = 'audit'
                      AND c.as_of >= p.checked_on
                      AND (c.state <> 'running' OR c.due_at > CAST(:at AS timestamptz)))
   AND NOT EXISTS (SELECT FROM checks c
                    WHERE c.program_id = p.id AND c.state IN ('queued', 'running')
                      AND c.occasion <> 'audit')
 ORDER BY p.id
