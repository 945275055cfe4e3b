-- The overrides that begin on one day or ended on the day before, of members still there.
-- Contract: what was in force when it was set has begun then, and does not begin again.
SELECT o.member_id, o.id, o.ladder, o.mode, o.level_key, o.reason, o.author, o.request_id,
       o.from_on, o.until_on, o.recorded, o.set_on, o.created_at, o.removed_at, o.removed_by
  FROM overrides o
  JOIN members m ON m.member_id = o.member_id
 WHERE o.program_id = CAST(:program_id AS uuid)
   AND m.program_id = CAST(:program_id AS uuid)
   AND m.external_id IS NOT NULL
   AND m.merged_into IS NULL
   AND o.removed_at IS NULL
   AND (o.from_on = CAST(:day AS date) AND o.set_on < o.from_on
        OR o.mode <> 'nudge' AND o.until_on = CAST(:day AS date) - 1)
 ORDER BY o.member_id, o.recorded
