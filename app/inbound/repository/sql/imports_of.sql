-- The imports of a program of some kinds, the newest first, behind a place in that order; or one.
SELECT id, kind, form, encoding, source, filename, keeping, key_id, state, ends_as, bytes_total,
       bytes_done, rows_done, outcomes, compared, moves_up, moves_down, error, created_at,
       started_at, finished_at
  FROM imports
 WHERE program_id = CAST(:program_id AS uuid)
   AND kind = ANY (CAST(:kinds AS text[]))
   AND state <> 'receiving'
   AND (CAST(:id AS uuid) IS NULL OR id = CAST(:id AS uuid))
   AND (CAST(:before AS timestamptz) IS NULL
        OR (created_at, id) < (CAST(:before AS timestamptz), CAST(:before_id AS uuid)))
 ORDER BY created_at DESC, id DESC
 LIMIT CAST(:most AS integer)
