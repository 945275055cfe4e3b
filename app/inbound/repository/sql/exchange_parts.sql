-- The parts of a file in their order, after a place.
SELECT place, body
  FROM exchange_parts
 WHERE program_id = CAST(:program_id AS uuid) AND file_id = CAST(:file_id AS uuid)
   AND place > CAST(:after AS integer)
 ORDER BY place
 LIMIT CAST(:most AS integer)
