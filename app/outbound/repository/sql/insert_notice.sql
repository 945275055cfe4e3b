-- An event of the program itself, behind its last one.
-- Contract: writes nothing where another transaction has taken the number; do it again then.
INSERT INTO changes (member_id, seq, program_id, type, version, as_of, recorded_at, metrics, data)
SELECT CAST(:program_id AS uuid), coalesce(max(seq), 0) + 1, CAST(:program_id AS uuid),
       CAST(:type AS text), CAST(:version AS integer), CAST(:as_of AS date),
       CAST(:at AS timestamptz), CAST('[]' AS jsonb), CAST(:data AS jsonb)
  FROM changes
 WHERE member_id = CAST(:program_id AS uuid)
ON CONFLICT (member_id, seq) DO NOTHING
