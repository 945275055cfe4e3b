-- The day totals of each member from its first day asked for on, also of days to come.
SELECT d.member_id, d.day, d.spend, d.orders, d.largest, d.points
  FROM unnest(CAST(:member_ids AS uuid[]), CAST(:firsts AS date[])) AS asked (member_id, first)
  JOIN day_totals d ON d.member_id = asked.member_id AND d.day >= asked.first
 WHERE d.program_id = CAST(:program_id AS uuid)
 ORDER BY d.member_id, d.day
