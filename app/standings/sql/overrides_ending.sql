-- The overrides of a program that are in force or to come, the first to end first, open ones last.
-- Contract: a nudge ends nothing and is left out, as are members that are no longer there.
SELECT * FROM (
    (SELECT o.member_id, o.id, o.ladder, o.mode, o.level_key, o.reason, o.author, o.request_id,
            o.from_on, o.until_on, o.recorded, o.set_on, o.created_at, o.removed_at, o.removed_by,
            m.kind, m.external_id
       FROM overrides o
       JOIN members m ON m.member_id = o.member_id
      WHERE o.program_id = CAST(:program_id AS uuid)
        AND m.program_id = CAST(:program_id AS uuid)
        AND m.external_id IS NOT NULL
        AND m.merged_into IS NULL
        AND o.removed_at IS NULL
        AND o.mode <> 'nudge'
        AND o.until_on BETWEEN CAST(:as_of AS date) AND CAST(:ends_by AS date)
        AND (o.until_on, o.id) > (CAST(:after AS date), CAST(:after_id AS uuid))
      ORDER BY o.until_on, o.id
      LIMIT CAST(:number AS integer))
    UNION ALL
    (SELECT o.member_id, o.id, o.ladder, o.mode, o.level_key, o.reason, o.author, o.request_id,
            o.from_on, o.until_on, o.recorded, o.set_on, o.created_at, o.removed_at, o.removed_by,
            m.kind, m.external_id
       FROM overrides o
       JOIN members m ON m.member_id = o.member_id
      WHERE o.program_id = CAST(:program_id AS uuid)
        AND m.program_id = CAST(:program_id AS uuid)
        AND m.external_id IS NOT NULL
        AND m.merged_into IS NULL
        AND o.removed_at IS NULL
        AND o.mode <> 'nudge'
        AND o.until_on IS NULL
        AND CAST(:open_too AS boolean)
        AND o.id > CAST(:open_after AS uuid)
      ORDER BY o.until_on, o.id
      LIMIT CAST(:number AS integer))
    ) AS listed
 ORDER BY until_on, id
 LIMIT CAST(:number AS integer)
