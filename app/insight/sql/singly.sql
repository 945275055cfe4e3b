-- The first holders of a level, in id order, whose fall is told one by one, and how many there are:
-- something but the days of its window may move them, or the ladder has nothing else.
SELECT p.member_id, count(*) OVER () AS members
  FROM positions p
  LEFT JOIN (
       SELECT DISTINCT o.member_id
         FROM overrides o
        WHERE o.program_id = CAST(:program_id AS uuid)
          AND o.removed_at IS NULL
          AND (o.until_on IS NULL OR o.until_on >= CAST(:as_of AS date))) n ON n.member_id = p.member_id
 WHERE p.program_id = CAST(:program_id AS uuid)
   AND p.ladder = CAST(:ladder AS text)
   AND p.level_key IS NOT NULL
   AND (CAST(:everybody AS boolean)
     OR p.state <> 'held'
     OR p.review_on IS NOT NULL
     OR p.level_key <> ALL (CAST(:levels AS text[]))
     OR n.member_id IS NOT NULL)
   AND NOT EXISTS (
       SELECT 1
         FROM representations r
        WHERE CAST(:sleeping AS boolean)
          AND r.program_id = CAST(:program_id AS uuid)
          AND r.member_id = p.member_id
          AND r.from_on <= CAST(:as_of AS date)
          AND (r.until_on IS NULL OR r.until_on >= CAST(:as_of AS date)))
   AND NOT EXISTS (
       SELECT 1
         FROM contracts k
        WHERE k.program_id = CAST(:program_id AS uuid)
          AND k.member_id = p.member_id
          AND k.until_on < CAST(:as_of AS date))
 ORDER BY p.member_id
 LIMIT CAST(:most AS integer)
