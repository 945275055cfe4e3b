-- What one member holds on every ladder it was ever on, and its version; one row at least.
SELECT m.version, p.ladder, p.level_key, p.position, p.since_on, p.state, p.grace_until,
       p.review_on, p.change_seq
  FROM members m
  LEFT JOIN positions p ON p.member_id = m.member_id
 WHERE m.program_id = CAST(:program_id AS uuid)
   AND m.member_id = CAST(:member_id AS uuid)
 ORDER BY p.ladder <> 'tiers', p.ladder
