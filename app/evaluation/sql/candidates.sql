-- The members of one slice whose answer can differ from the last finished check's.
-- Beside days and dates that turned: whose own positions have woken, because what turned while
-- they slept was left out, and about whom nothing has been decided yet.
-- Contract: may return a member that decide() keeps, never omits one that decide() moves.
-- IS TRUE: days that turned are few, so no plan may walk through all days of the slice instead.
SELECT t.member_id
  FROM unnest(CAST(:firsts AS date[]), CAST(:lasts AS date[])) AS turned (first, last)
  JOIN day_totals t ON t.day BETWEEN turned.first AND turned.last
 WHERE t.program_id = CAST(:program_id AS uuid)
   AND (t.member_id > CAST(:after AS uuid)) IS TRUE
   AND (t.member_id <= CAST(:through AS uuid)) IS TRUE
UNION
SELECT p.member_id
  FROM positions p
 WHERE p.program_id = CAST(:program_id AS uuid)
   AND p.review_on <= CAST(:as_of AS date)
   AND p.member_id > CAST(:after AS uuid)
   AND p.member_id <= CAST(:through AS uuid)
UNION
SELECT r.member_id
  FROM representations r
 WHERE r.program_id = CAST(:program_id AS uuid)
   AND r.until_on >= CAST(:since AS date)
   AND r.until_on < CAST(:as_of AS date)
   AND r.member_id > CAST(:after AS uuid)
   AND r.member_id <= CAST(:through AS uuid)
UNION
SELECT m.member_id
  FROM members m
 WHERE m.program_id = CAST(:program_id AS uuid)
   AND NOT m.decided
   AND m.kind <> 'guest'
   AND m.member_id > CAST(:after AS uuid)
   AND m.member_id <= CAST(:through AS uuid)
 ORDER BY member_id
