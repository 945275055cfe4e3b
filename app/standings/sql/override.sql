-- One override that nobody has removed.
SELECT member_id, id, ladder, mode, level_key, reason, author, request_id, from_on, until_on,
       recorded, set_on, created_at, removed_at, removed_by
  FROM overrides
 WHERE program_id = CAST(:program_id AS uuid)
   AND id = CAST(:id AS uuid)
   AND removed_at IS NULL
