-- The overrides of one member, removed and ended ones too, the newest first.
SELECT member_id, id, ladder, mode, level_key, reason, author, request_id, from_on, until_on,
       recorded, set_on, created_at, removed_at, removed_by
  FROM overrides
 WHERE program_id = CAST(:program_id AS uuid)
   AND member_id = CAST(:member_id AS uuid)
   AND (recorded, id) < (CAST(:before AS bigint), CAST(:before_id AS uuid))
 ORDER BY recorded DESC, id DESC
 LIMIT CAST(:number AS integer)
