-- The next members with an identity, in id order.
SELECT member_id, counting
  FROM members
 WHERE program_id = CAST(:program_id AS uuid) AND member_id > CAST(:after AS uuid)
   AND kind <> 'guest' AND external_id IS NOT NULL AND merged_into IS NULL
 ORDER BY member_id
 LIMIT CAST(:most AS integer)
