-- Everybody touched is decided about: the import has ended as it was to.
UPDATE imports
   SET state = ends_as, finished_at = CAST(:at AS timestamptz), holder = NULL, lease_until = NULL
 WHERE program_id = CAST(:program_id AS uuid)
   AND id = CAST(:id AS uuid)
   AND state = 'deciding'
   AND holder = CAST(:holder AS text)
   AND claims = CAST(:claims AS integer)
