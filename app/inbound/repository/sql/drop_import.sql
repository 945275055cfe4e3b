-- Forgets an import whose file never came whole.
DELETE FROM imports
 WHERE program_id = CAST(:program_id AS uuid)
   AND id = CAST(:id AS uuid)
   AND state = 'receiving'
