-- The map has changed for orders that are stored: a check is to follow when they are read by it.
UPDATE remaps
   SET owes_check = true
 WHERE program_id = CAST(:program_id AS uuid)
   AND source = CAST(:source AS text)
   AND EXISTS (SELECT FROM orders
                WHERE program_id = CAST(:program_id AS uuid)
                  AND source = CAST(:source AS text)
                  AND map_revision IS NOT NULL)
