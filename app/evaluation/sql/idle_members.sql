-- The members of one slice that have never been on a ladder; asked for where holding nothing
-- with nothing bought is not settled.
SELECT m.member_id
  FROM members m
 WHERE m.program_id = CAST(:program_id AS uuid)
   AND m.kind <> 'guest'
   AND m.member_id > CAST(:after AS uuid)
   AND m.member_id <= CAST(:through AS uuid)
   AND NOT EXISTS (
       SELECT 1
         FROM positions p
        WHERE p.member_id = m.member_id
          AND p.ladder = CAST(:ladder AS text)
          AND p.position > 0)
