-- Who was merged into these members, directly.
SELECT member_id, kind, external_id
  FROM members
 WHERE program_id = CAST(:program_id AS uuid)
   AND merged_into = ANY (CAST(:member_ids AS uuid[]))
 ORDER BY member_id
