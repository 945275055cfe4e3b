-- The next members of a program that have an id, in the order of ours.
SELECT member_id, kind, external_id
  FROM members
 WHERE program_id = CAST(:program_id AS uuid)
   AND member_id > CAST(:after AS uuid)
   AND external_id IS NOT NULL
 ORDER BY member_id
 LIMIT CAST(:most AS integer)
