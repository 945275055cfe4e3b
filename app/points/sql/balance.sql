-- The balance of a member.
SELECT CAST(coalesce(sum(points), 0) AS bigint) AS balance
  FROM points_entries
 WHERE program_id = CAST(:program_id AS uuid)
   AND member_id = CAST(:member_id AS uuid)
