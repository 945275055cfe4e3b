-- How far an import has come, and what became of its lines; nothing when the claim was lost.
UPDATE imports
   SET lines_done = CAST(:lines_done AS integer), rows_done = CAST(:rows_done AS integer),
       bytes_done = CAST(:bytes_done AS bigint), outcomes = CAST(:outcomes AS jsonb),
       compared = CAST(:compared AS jsonb), attempts = 0, retry_at = NULL
 WHERE program_id = CAST(:program_id AS uuid)
   AND id = CAST(:id AS uuid)
   AND state = 'running'
   AND holder = CAST(:holder AS text)
   AND claims = CAST(:claims AS integer)
