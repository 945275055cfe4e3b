-- Removes a deleted endpoint of which nothing is left.
DELETE FROM endpoints
 WHERE program_id = CAST(:program_id AS uuid)
   AND id = CAST(:endpoint_id AS uuid)
   AND deleted_at IS NOT NULL
