-- The members of one slice whose answer can differ from the last finished check's.
-- Contract: may return a member that decide() keeps, never omits one that decide() moves.
SELECT t.member_id
  FROM unnest(CAST(:firsts AS date[]), CAST(:lasts AS date[])) AS turned (first, last)
  JOIN day_totals t ON t.day BETWEEN turned.first AND turned.last
 WHERE t.program_id = CAST(:program_id AS uuid)
   AND t.member_id > CAST(:after AS uuid)
   AND t.member_id <= CAST(:through AS uuid)
UNION
SELECT p.member_id
  FROM positions p
 WHERE p.program_id = CAST(:program_id AS uuid)
   AND p.review_on <= CAST(:as_of AS date)
   AND p.member_id > CAST(:after AS uuid)
   AND p.member_id <= CAST(:through AS uuid)
 ORDER BY member_id
