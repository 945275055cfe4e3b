-- How the last request to a source's shop ended: with an answer, or with an error.
UPDATE source_apis
   SET error = CAST(:error AS text),
       failed_at = CASE WHEN CAST(:error AS text) IS NULL THEN failed_at
                        ELSE CAST(:at AS timestamptz) END,
       answered_at = CASE WHEN CAST(:error AS text) IS NULL THEN CAST(:at AS timestamptz)
                          ELSE answered_at END
 WHERE program_id = CAST(:program_id AS uuid) AND source_id = CAST(:source_id AS uuid)
