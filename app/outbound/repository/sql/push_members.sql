-- The next customers and organizations of a program, in id order.
SELECT member_id
  FROM members
 WHERE program_id = CAST(:program_id AS uuid)
   AND kind <> 'guest'
   AND (CAST(:after AS uuid) IS NULL OR member_id > CAST(:after AS uuid))
 ORDER BY member_id
 LIMIT CAST(:most AS integer)
