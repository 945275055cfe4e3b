-- The stored day totals of members.
SELECT member_id, day, spend, orders, largest
  FROM day_totals
 WHERE program_id = CAST(:program_id AS uuid) AND member_id = ANY (CAST(:member_ids AS uuid[]))
   AND orders > 0
