-- The shop does not know this customer, so it holds nothing of ours.
UPDATE pushes
   SET state = 'skipped', reason = 'not_in_shop', acknowledged = NULL, given = '{}', attempts = 0,
       error = NULL
 WHERE program_id = CAST(:program_id AS uuid)
   AND target_id = CAST(:target_id AS uuid)
   AND member_id = CAST(:member_id AS uuid)
