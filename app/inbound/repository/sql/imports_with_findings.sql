-- An import of any program that ended before an instant and still has findings.
SELECT i.program_id, i.id AS import_id
  FROM imports i
 WHERE i.finished_at < CAST(:before AS timestamptz)
   AND EXISTS (SELECT FROM import_findings f WHERE f.import_id = i.id)
 LIMIT 1
