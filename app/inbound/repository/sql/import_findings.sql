-- What was found about the lines of one import, in their order, from behind one of them.
SELECT line, word, field, event_id, reason, detail, member_id, holder_id, said
  FROM import_findings
 WHERE program_id = CAST(:program_id AS uuid)
   AND import_id = CAST(:import_id AS uuid)
   AND word = ANY (CAST(:words AS text[]))
   AND line > CAST(:after AS integer)
 ORDER BY line
 LIMIT CAST(:most AS integer)
