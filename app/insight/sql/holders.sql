-- How many hold each level today, but for those who sleep on a date, and contracts ended by then.
SELECT p.ladder, p.level_key, count(*) AS members
  FROM positions p
 WHERE p.program_id = CAST(:program_id AS uuid)
   AND p.level_key IS NOT NULL
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
 GROUP BY p.ladder, p.level_key
