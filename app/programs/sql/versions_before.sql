-- Versions without their definitions, the newest first.
SELECT version, author, note, published_at
  FROM program_versions
 WHERE program_id = CAST(:program_id AS uuid) AND version < CAST(:before AS integer)
 ORDER BY version DESC
 LIMIT CAST(:most AS integer)
