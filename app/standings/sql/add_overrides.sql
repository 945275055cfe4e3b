-- Writes overrides down; their members are locked.
INSERT INTO overrides (member_id, id, program_id, ladder, mode, level_key, reason, author,
                       request_id, from_on, until_on, recorded, set_on, created_at)
SELECT member_id, id, CAST(:program_id AS uuid), ladder, mode, level_key, reason, author,
       request_id, from_on, until_on, recorded, set_on, CAST(:at AS timestamptz)
  FROM unnest(CAST(:member_ids AS uuid[]), CAST(:ids AS uuid[]), CAST(:ladders AS text[]),
              CAST(:modes AS text[]), CAST(:level_keys AS text[]), CAST(:reasons AS text[]),
              CAST(:authors AS text[]), CAST(:request_ids AS text[]), CAST(:begins AS date[]),
              CAST(:ends AS date[]), CAST(:recorded AS bigint[]), CAST(:set_on AS date[]))
    AS told (member_id, id, ladder, mode, level_key, reason, author, request_id, from_on,
             until_on, recorded, set_on)
