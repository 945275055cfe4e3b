-- Every day of these members that has a total, or should have one.
SELECT member_id, day
  FROM day_totals
 WHERE program_id = CAST(:program_id AS uuid) AND member_id = ANY (CAST(:member_ids AS uuid[]))
UNION
SELECT member_id, counted_on
  FROM orders
 WHERE program_id = CAST(:program_id AS uuid) AND member_id = ANY (CAST(:member_ids AS uuid[]))
   AND counted_on IS NOT NULL
UNION
SELECT member_id, day
  FROM points_entries
 WHERE program_id = CAST(:program_id AS uuid) AND member_id = ANY (CAST(:member_ids AS uuid[]))
   AND kind = 'earned'
