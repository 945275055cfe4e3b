-- How many moved from each level to each after a date, but for those who represented somebody
-- on it. Removed are members that were merged away or erased meanwhile.
SELECT c.ladder, c.from_level, c.to_level, g.member_id IS NOT NULL AS removed, count(*) AS members
  FROM changes c
  LEFT JOIN (
       SELECT m.member_id
         FROM members m
        WHERE m.program_id = CAST(:program_id AS uuid)
          AND (m.external_id IS NULL OR m.merged_into IS NOT NULL)) g ON g.member_id = c.member_id
 WHERE c.program_id = CAST(:program_id AS uuid)
   AND c.as_of > CAST(:as_of AS date)
   AND c.direction IS NOT NULL
   AND NOT EXISTS (
       SELECT 1
         FROM representations r
        WHERE CAST(:sleeping AS boolean)
          AND r.program_id = CAST(:program_id AS uuid)
          AND r.member_id = c.member_id
          AND r.from_on <= CAST(:as_of AS date)
          AND (r.until_on IS NULL OR r.until_on >= CAST(:as_of AS date)))
   AND NOT EXISTS (
       SELECT 1
         FROM contracts k
        WHERE k.program_id = CAST(:program_id AS uuid)
          AND k.member_id = c.member_id
          AND k.until_on < CAST(:as_of AS date))
 GROUP BY c.ladder, c.from_level, c.to_level, removed
