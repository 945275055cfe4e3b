-- A16: every constraint is validated, every index valid. Of the database, not of a program.
SELECT CAST(NULL AS uuid) AS program_id,
       (SELECT count(*) FROM pg_constraint WHERE NOT convalidated)
       + (SELECT count(*) FROM pg_index WHERE NOT indisvalid) AS violations
