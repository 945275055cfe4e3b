-- What audits have found of members that are erased is of nobody.
UPDATE checks c
   SET result = CAST(replace(CAST(c.result AS text), CAST(gone.member_id AS text),
                             CAST(gone.nobody AS text)) AS jsonb)
  FROM unnest(CAST(:member_ids AS uuid[]), CAST(:nobodies AS uuid[])) AS gone (member_id, nobody)
 WHERE c.program_id = CAST(:program_id AS uuid)
   AND c.result IS NOT NULL
   AND position(CAST(gone.member_id AS text) IN CAST(c.result AS text)) > 0
