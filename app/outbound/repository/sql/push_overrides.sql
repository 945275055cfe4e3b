-- What is decided by hand about these members on one ladder, and in force on a day.
SELECT member_id, CAST(id AS text) AS id, mode, level_key AS level, from_on, until_on AS until,
       recorded
  FROM overrides
 WHERE program_id = CAST(:program_id AS uuid)
   AND member_id = ANY (CAST(:member_ids AS uuid[]))
   AND ladder = CAST(:ladder AS text)
   AND mode <> 'nudge'
   AND removed_at IS NULL
   AND from_on <= CAST(:on AS date)
   AND (until_on IS NULL OR until_on >= CAST(:on AS date))
