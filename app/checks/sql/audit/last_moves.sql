-- The last move of members on each ladder.
SELECT DISTINCT ON (member_id, ladder) member_id, ladder, from_level, to_level, reason, version,
       metrics
  FROM changes
 WHERE program_id = CAST(:program_id AS uuid) AND member_id = ANY (CAST(:member_ids AS uuid[]))
   AND direction IS NOT NULL
 ORDER BY member_id, ladder, seq DESC
