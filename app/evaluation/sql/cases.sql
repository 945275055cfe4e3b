-- What a decision needs to know of these members, but for their totals.
-- Contract: leaves out guests, contracts that do not hold on the date, who was merged away or
-- erased, and, if positions sleep, who stands for another on that date.
SELECT m.member_id, m.version, m.tags, m.joined_on, NOT m.decided AS is_new,
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
           AND d.orders > 0) END AS first_day
  FROM members m
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
   AND NOT EXISTS (
       SELECT 1
         FROM representations r
        WHERE CAST(:sleeping AS boolean)
          AND r.member_id = m.member_id
          AND r.from_on <= CAST(:as_of AS date)
          AND (r.until_on IS NULL OR r.until_on >= CAST(:as_of AS date)))
 ORDER BY m.member_id
