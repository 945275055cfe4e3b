-- Ends what is kept of files that were read long ago; their parts went when they were read.
DELETE FROM exchange_files
 WHERE program_id = CAST(:program_id AS uuid) AND source_id = CAST(:source_id AS uuid)
   AND state <> 'receiving' AND changed_at < CAST(:before AS timestamptz)
