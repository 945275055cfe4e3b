-- How many members were known by a date and are there still, but for those who represent
-- somebody on it.
SELECT count(*) AS members
  FROM members m
 WHERE m.program_id = CAST(:program_id AS uuid)
   AND m.kind <> 'guest'
   AND m.external_id IS NOT NULL
   AND m.merged_into IS NULL
   AND m.known_on <= CAST(:as_of AS date)
   AND NOT EXISTS (
       SELECT 1
         FROM representations r
        WHERE CAST(:sleeping AS boolean)
          AND r.program_id = CAST(:program_id AS uuid)
          AND r.member_id = m.member_id
          AND r.from_on <= CAST(:as_of AS date)
          AND (r.until_on IS NULL OR r.until_on >= CAST(:as_of AS date)))
   AND NOT EXISTS (
       SELECT 1
         FROM contracts k
        WHERE k.program_id = CAST(:program_id AS uuid)
          AND k.member_id = m.member_id
          AND k.until_on < CAST(:as_of AS date))
