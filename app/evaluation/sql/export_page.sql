-- The next customers and organizations of a program, by kind and id, with what is said of them;
-- who was merged away or erased is left out.
SELECT m.member_id, m.external_id AS id, m.kind, m.tags, m.joined_on, m.currency, m.known_on
  FROM members m
 WHERE m.program_id = CAST(:program_id AS uuid)
   AND m.kind IN ('customer', 'organization')
   AND m.external_id IS NOT NULL
   AND m.merged_into IS NULL
   AND (m.kind, m.external_id) > (CAST(:kind AS text), CAST(:after AS text))
 ORDER BY m.kind, m.external_id
 LIMIT CAST(:most AS integer)
