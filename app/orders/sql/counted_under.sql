-- All orders of these members stand under this counting now.
UPDATE members
   SET counting = CAST(:counting AS integer)
 WHERE program_id = CAST(:program_id AS uuid)
   AND member_id = ANY (CAST(:member_ids AS uuid[]))
