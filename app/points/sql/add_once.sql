-- Writes lines whose ids say what they are for; one that is there stays as it is.
INSERT INTO points_entries (member_id, entry_id, program_id, kind, points, day, reason, author,
                            recorded_at, recorded, level_key)
SELECT e.member_id, e.entry_id, CAST(:program_id AS uuid), e.kind, e.points, CAST(:day AS date),
       e.reason, CAST(:author AS text), CAST(:at AS timestamptz), e.recorded, e.level_key
  FROM unnest(CAST(:member_ids AS uuid[]), CAST(:entry_ids AS uuid[]), CAST(:kinds AS text[]),
              CAST(:points AS bigint[]), CAST(:reasons AS text[]), CAST(:recorded AS bigint[]),
              CAST(:level_keys AS text[]))
    AS e (member_id, entry_id, kind, points, reason, recorded, level_key)
ON CONFLICT (member_id, entry_id) DO NOTHING
RETURNING entry_id
