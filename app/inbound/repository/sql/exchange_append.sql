-- Makes room for one more part at the end of a file that nobody reads; answers its place.
UPDATE exchange_files
   SET parts = parts + 1, bytes = bytes + CAST(:bytes AS bigint),
       changed_at = CAST(:at AS timestamptz)
 WHERE program_id = CAST(:program_id AS uuid) AND id = CAST(:id AS uuid)
   AND state = 'receiving' AND claims = 0
RETURNING parts AS place
