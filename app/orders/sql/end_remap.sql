-- All orders of the source are read by its newest map.
DELETE FROM remaps
 WHERE program_id = CAST(:program_id AS uuid)
   AND source = CAST(:source AS text)
