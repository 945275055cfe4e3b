-- Every customer and organization of a program with what it holds; who was merged away or erased
-- is left out. `organization_id`: whom a customer represents on that date.
SELECT m.external_id AS id, m.kind,
       (SELECT o.external_id
          FROM representations r
          JOIN members o ON o.member_id = r.organization_id
         WHERE r.member_id = m.member_id
           AND r.from_on <= CAST(:as_of AS date)
           AND (r.until_on IS NULL OR r.until_on >= CAST(:as_of AS date))
         ORDER BY r.recorded DESC
         LIMIT 1) AS organization_id,
       m.tags, m.joined_on, m.currency, m.known_on,
       t.level_key AS tier, t.since_on AS tier_since, t.state AS tier_state,
       (SELECT json_object_agg(s.ladder, s.level_key ORDER BY s.ladder)
          FROM positions s
         WHERE s.member_id = m.member_id
           AND s.ladder <> 'tiers'
           AND s.level_key IS NOT NULL) AS stages
  FROM members m
  LEFT JOIN positions t ON t.member_id = m.member_id AND t.ladder = 'tiers'
 WHERE m.program_id = CAST(:program_id AS uuid)
   AND m.kind <> 'guest'
   AND m.external_id IS NOT NULL
   AND m.merged_into IS NULL
 ORDER BY m.kind, m.external_id
