-- The members of one slice about whom nothing has been decided yet.
SELECT m.member_id
  FROM members m
 WHERE m.program_id = CAST(:program_id AS uuid)
   AND NOT m.decided
   AND m.kind <> 'guest'
   AND m.member_id > CAST(:after AS uuid)
   AND m.member_id <= CAST(:through AS uuid)
