-- What is known of these members themselves.
SELECT member_id, kind, external_id, joined_on, tags, currency, merged_into
  FROM members
 WHERE program_id = CAST(:program_id AS uuid)
   AND member_id = ANY (CAST(:member_ids AS uuid[]))
