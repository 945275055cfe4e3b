-- A14: nothing is stuck since before an instant: leases of slices and of
-- deliveries, changes without a number.
SELECT program_id, count(*) AS violations
  FROM (SELECT program_id FROM check_slices
         WHERE state <> 'done' AND lease_until < CAST(:before AS timestamptz)
         UNION ALL
        SELECT program_id FROM deliveries
         WHERE lease_until < CAST(:before AS timestamptz)
         UNION ALL
        SELECT program_id FROM changes
         WHERE feed_seq IS NULL AND recorded_at < CAST(:before AS timestamptz)) AS stuck
 WHERE (CAST(:program_id AS uuid) IS NULL OR program_id = CAST(:program_id AS uuid))
 GROUP BY program_id
