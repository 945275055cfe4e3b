-- The last move of a member on a ladder through a date, and the last notice of a risk since.
SELECT c.to_level, c.to_position, c.as_of,
       (SELECT n.data ->> 'grace_until'
          FROM changes n
         WHERE n.program_id = CAST(:program_id AS uuid)
           AND n.member_id = CAST(:member_id AS uuid)
           AND n.ladder = CAST(:ladder AS text)
           AND n.direction IS NULL
           AND n.as_of <= CAST(:as_of AS date)
           AND n.seq > c.seq
         ORDER BY n.seq DESC
         LIMIT 1) AS grace_until
  FROM changes c
 WHERE c.program_id = CAST(:program_id AS uuid)
   AND c.member_id = CAST(:member_id AS uuid)
   AND c.ladder = CAST(:ladder AS text)
   AND c.direction IS NOT NULL
   AND c.as_of <= CAST(:as_of AS date)
 ORDER BY c.seq DESC
 LIMIT 1
