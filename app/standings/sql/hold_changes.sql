-- Holds the changes of members until the transaction ends, so that none gets its number meanwhile.
SELECT member_id, seq
  FROM changes
 WHERE program_id = CAST(:program_id AS uuid)
   AND member_id = ANY (CAST(:member_ids AS uuid[]))
 ORDER BY member_id, seq
   FOR NO KEY UPDATE
