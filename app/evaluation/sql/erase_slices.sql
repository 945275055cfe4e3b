-- Where a check was cut at a member that is erased, it is cut just before it.
UPDATE check_slices s
   SET after_member = CASE WHEN s.after_member = gone.member_id THEN gone.before
                           ELSE s.after_member END,
       through_member = CASE WHEN s.through_member = gone.member_id THEN gone.before
                             ELSE s.through_member END
  FROM unnest(CAST(:member_ids AS uuid[]), CAST(:befores AS uuid[])) AS gone (member_id, before)
 WHERE s.program_id = CAST(:program_id AS uuid)
   AND (s.after_member = gone.member_id OR s.through_member = gone.member_id)
