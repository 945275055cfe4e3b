-- The next members behind one that are to be looked at since exactly that date.
SELECT DISTINCT p.member_id
  FROM positions p
 WHERE p.program_id = CAST(:program_id AS uuid)
   AND p.review_on = CAST(:review_on AS date)
   AND p.member_id > CAST(:after AS uuid)
 ORDER BY p.member_id
 LIMIT CAST(:most AS integer)
