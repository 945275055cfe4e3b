-- Makes members known and takes their locks: the update of `version` is the lock.
-- Contract: ids come sorted, each once; answers one row each, `is_new` for those just made.
INSERT INTO members (member_id, program_id, kind, external_id, known_on, version, counting, created_at)
SELECT member_id, CAST(:program_id AS uuid), kind, external_id, CAST(:known_on AS date), 1,
       CAST(:counting AS integer), CAST(:at AS timestamptz)
  FROM unnest(CAST(:member_ids AS uuid[]), CAST(:kinds AS text[]), CAST(:external_ids AS text[]))
    AS wanted (member_id, kind, external_id)
 ORDER BY member_id
ON CONFLICT (member_id) DO UPDATE SET version = members.version + 1
RETURNING member_id, kind, external_id, version, counting, change_seq, tags, joined_on,
          known_on, merged_into, version = 1 AS is_new
