-- Members without an identity: stones, and who holds what the erased have left. Nothing is counted
-- or decided of them ever again.
INSERT INTO members (member_id, program_id, kind, external_id, known_on, version, counting,
                     change_seq, decided, created_at)
SELECT member_id, CAST(:program_id AS uuid), kind, NULL, CAST(:known_on AS date), 1, 2147483647,
       change_seq, true, CAST(:at AS timestamptz)
  FROM unnest(CAST(:member_ids AS uuid[]), CAST(:kinds AS text[]), CAST(:change_seqs AS integer[]))
    AS made (member_id, kind, change_seq)
 ORDER BY member_id
ON CONFLICT (member_id) DO NOTHING
