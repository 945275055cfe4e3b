-- Takes one file to be read, unless somebody reads it.
UPDATE exchange_files
   SET held_until = CAST(:until AS timestamptz), claims = claims + 1
 WHERE program_id = CAST(:program_id AS uuid) AND id = CAST(:id AS uuid)
   AND state = 'receiving'
   AND (held_until IS NULL OR held_until < CAST(:at AS timestamptz))
RETURNING id, program_id, source_id, claims, orders_done, outcomes, told, attempts,
          changed_at AS received_at
