-- Holds the enabled endpoints of programs as they are until this transaction ends.
SELECT id
  FROM endpoints
 WHERE program_id = ANY (CAST(:program_ids AS uuid[]))
   AND enabled
   AND deleted_at IS NULL
 ORDER BY id
   FOR SHARE
