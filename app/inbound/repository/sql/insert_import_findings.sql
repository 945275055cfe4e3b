-- Keeps what was found about lines; a block that is done again finds the same.
INSERT INTO import_findings (import_id, line, word, program_id, field, event_id, reason, detail,
                             member_id, holder_id, said)
SELECT CAST(:import_id AS uuid), line, word, CAST(:program_id AS uuid), field, event_id, reason,
       detail, member_id, holder_id, CAST(said AS jsonb)
  FROM unnest(CAST(:lines AS integer[]), CAST(:words AS text[]), CAST(:fields AS text[]),
              CAST(:event_ids AS text[]), CAST(:reasons AS text[]), CAST(:details AS text[]),
              CAST(:member_ids AS uuid[]), CAST(:holder_ids AS uuid[]), CAST(:said AS text[]))
    AS found (line, word, field, event_id, reason, detail, member_id, holder_id, said)
    ON CONFLICT DO NOTHING
