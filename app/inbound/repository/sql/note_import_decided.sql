-- About whom an import has decided; nothing when the claim was lost.
UPDATE imports
   SET decided_through = CAST(:through AS uuid), moves_up = moves_up + CAST(:up AS integer),
       moves_down = moves_down + CAST(:down AS integer), attempts = 0, retry_at = NULL
 WHERE program_id = CAST(:program_id AS uuid)
   AND id = CAST(:id AS uuid)
   AND state = 'deciding'
   AND holder = CAST(:holder AS text)
   AND claims = CAST(:claims AS integer)
