-- Deletes the answers of some routes of a program, and of the routes below them.
DELETE FROM idempotency_keys
 WHERE program_id = CAST(:program_id AS uuid)
   AND EXISTS (SELECT FROM unnest(CAST(:routes AS text[])) AS asked (route)
                WHERE idempotency_keys.route = asked.route
                   OR starts_with(idempotency_keys.route, asked.route || '/'))
