-- What the members of one slice that hold a level of the ladder spent in a window, by level.
-- Whose own level sleeps is left out, and contracts that have ended.
SELECT p.level_key, CAST(sum(d.spend) AS bigint) AS spend
  FROM positions p
  JOIN day_totals d ON d.member_id = p.member_id
   AND d.day BETWEEN CAST(:first AS date) AND CAST(:last AS date)
 WHERE p.program_id = CAST(:program_id AS uuid)
   AND d.program_id = CAST(:program_id AS uuid)
   AND p.ladder = CAST(:ladder AS text)
   AND p.level_key IS NOT NULL
   AND p.member_id > CAST(:after AS uuid)
   AND p.member_id <= CAST(:through AS uuid)
   AND NOT EXISTS (
       SELECT 1
         FROM representations r
        WHERE CAST(:sleeping AS boolean)
          AND r.member_id = p.member_id
          AND r.from_on <= CAST(:as_of AS date)
          AND (r.until_on IS NULL OR r.until_on >= CAST(:as_of AS date)))
   AND NOT EXISTS (
       SELECT 1
         FROM contracts k
        WHERE k.program_id = CAST(:program_id AS uuid)
          AND k.member_id = p.member_id
          AND k.until_on < CAST(:as_of AS date))
 GROUP BY p.level_key
