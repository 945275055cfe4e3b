-- One version of a program's definition.
SELECT version, definition, removed, author, note, published_at
  FROM program_versions
 WHERE program_id = CAST(:program_id AS uuid) AND version = CAST(:version AS integer)
