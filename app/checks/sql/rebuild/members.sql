-- The next members of a program, guests and the nameless among them, in id order.
SELECT member_id
  FROM members
 WHERE program_id = CAST(:program_id AS uuid) AND member_id > CAST(:after AS uuid)
 ORDER BY member_id
 LIMIT CAST(:most AS integer)
