-- What is stored of these members themselves, with the program as it stands and, if asked, their
-- days from the first one on; who was merged away or erased is left out.
SELECT m.member_id, m.kind, m.external_id, m.version, m.tags, m.joined_on,
       m.counting, NOT m.decided AS is_new,
       (SELECT json_object_agg(p.ladder, json_build_array(p.level_key, p.since_on, p.state,
               p.grace_until, p.review_on, p.position, p.change_seq))
          FROM positions p
         WHERE p.member_id = m.member_id) AS held,
       (SELECT json_agg(json_build_array(o.ladder, o.id, o.mode, o.level_key, o.from_on,
               o.until_on, o.recorded))
          FROM overrides o
         WHERE o.member_id = m.member_id
           AND o.removed_at IS NULL
           AND (o.until_on IS NULL OR o.until_on >= CAST(:as_of AS date))) AS overrides,
       CASE WHEN CAST(:anchored AS boolean) THEN
       (SELECT min(d.day)
          FROM day_totals d
         WHERE d.member_id = m.member_id
           AND d.orders > 0) END AS first_day,
       (SELECT r.organization_id
          FROM representations r
         WHERE r.member_id = m.member_id
           AND r.from_on <= CAST(:as_of AS date)
           AND (r.until_on IS NULL OR r.until_on >= CAST(:as_of AS date))
         ORDER BY r.recorded DESC
         LIMIT 1) AS represents,
       EXISTS (
       SELECT 1
         FROM orders u
        WHERE u.member_id = m.member_id
          AND u.excluded_because = 'unconverted') AS incomplete,
       (SELECT CAST(coalesce(sum(e.points), 0) AS bigint)
          FROM points_entries e
         WHERE e.member_id = m.member_id) AS balance,
       CASE WHEN CAST(:first AS date) IS NOT NULL THEN
       (SELECT json_agg(json_build_array(t.day, t.spend, t.orders, t.largest, t.points)
                        ORDER BY t.day)
          FROM day_totals t
         WHERE t.member_id = m.member_id
           AND t.day >= CAST(:first AS date)) END AS days,
       g.key AS program_key, g.name AS program_name, g.version AS program_version,
       g.counting AS program_counting, g.sandbox_day, g.checked_on
  FROM members m
  JOIN programs g ON g.id = m.program_id
 WHERE m.program_id = CAST(:program_id AS uuid)
   AND m.member_id = ANY (CAST(:member_ids AS uuid[]))
   AND m.kind <> 'guest'
   AND m.external_id IS NOT NULL
   AND m.merged_into IS NULL
   AND (m.kind <> 'contract' OR EXISTS (
        SELECT 1
          FROM contracts k
         WHERE k.member_id = m.member_id
           AND k.from_on <= CAST(:as_of AS date)
           AND (k.until_on IS NULL OR k.until_on >= CAST(:as_of AS date))))
 ORDER BY m.member_id
