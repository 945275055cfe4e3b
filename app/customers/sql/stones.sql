-- Which of these stones stand.
SELECT member_id
  FROM members
 WHERE program_id = CAST(:program_id AS uuid)
   AND member_id = ANY (CAST(:stones AS uuid[]))
   AND external_id IS NULL
