-- An erased member leaves no reasons behind; it is locked.
DELETE FROM overrides
 WHERE program_id = CAST(:program_id AS uuid)
   AND member_id = CAST(:member_id AS uuid)
