-- How many members a check of the program may look at; the homes of guests' orders hold nothing.
SELECT count(*) AS members
  FROM members
 WHERE program_id = CAST(:program_id AS uuid) AND kind IN ('customer', 'organization')
