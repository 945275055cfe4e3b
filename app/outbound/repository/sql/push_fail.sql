-- A push that is tried again later.
UPDATE pushes
   SET state = 'failed', error = CAST(:error AS text), retry_at = CAST(:retry_at AS timestamptz)
 WHERE program_id = CAST(:program_id AS uuid)
   AND target_id = CAST(:target_id AS uuid)
   AND member_id = CAST(:member_id AS uuid)
