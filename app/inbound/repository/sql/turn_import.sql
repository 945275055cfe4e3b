-- No further line is read: who was touched is to be decided about, then it ends.
UPDATE imports
   SET state = 'deciding', ends_as = CAST(:ends_as AS text), error = CAST(:error AS text),
       bytes_done = CASE CAST(:ends_as AS text) WHEN 'finished' THEN bytes_total
                    ELSE bytes_done END,
       attempts = 0, retry_at = NULL
 WHERE program_id = CAST(:program_id AS uuid)
   AND id = CAST(:id AS uuid)
   AND state = 'running'
   AND holder = CAST(:holder AS text)
   AND claims = CAST(:claims AS integer)
