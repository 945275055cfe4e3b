-- The next stones of a program, in id order. Who holds what the erased left has changes: no stone.
SELECT member_id, kind
  FROM members
 WHERE program_id = CAST(:program_id AS uuid)
   AND member_id > CAST(:after AS uuid)
   AND external_id IS NULL
   AND change_seq = 0
 ORDER BY member_id
 LIMIT CAST(:most AS integer)
