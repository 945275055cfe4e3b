-- Forgets what was found about the lines of one import, a part at a time.
DELETE FROM import_findings f
 USING (SELECT o.line, o.word
          FROM import_findings o
         WHERE o.program_id = CAST(:program_id AS uuid)
           AND o.import_id = CAST(:import_id AS uuid)
         ORDER BY o.line
         LIMIT CAST(:most AS integer)) AS old
 WHERE f.program_id = CAST(:program_id AS uuid)
   AND f.import_id = CAST(:import_id AS uuid)
   AND f.line = old.line AND f.word = old.word
