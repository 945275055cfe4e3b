-- How many members a program has, and whether an edit still waits to count their orders anew.
SELECT count(*) AS members, coalesce(bool_or(counting < CAST(:counting AS integer)), false) AS stale
  FROM members
 WHERE program_id = CAST(:program_id AS uuid)
   AND kind <> 'guest'
