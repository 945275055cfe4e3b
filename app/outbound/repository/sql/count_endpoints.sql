-- How many endpoints a program has.
SELECT count(*) AS number
  FROM endpoints
 WHERE program_id = CAST(:program_id AS uuid)
   AND deleted_at IS NULL
