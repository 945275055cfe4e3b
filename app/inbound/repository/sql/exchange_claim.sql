-- Takes a file that was sent a while ago and never asked to be imported, or left half read.
UPDATE exchange_files
   SET held_until = CAST(:until AS timestamptz), claims = claims + 1
 WHERE id = (
       SELECT id
         FROM exchange_files
        WHERE state = 'receiving' AND changed_at < CAST(:idle_since AS timestamptz)
          AND (held_until IS NULL OR held_until < CAST(:at AS timestamptz))
        ORDER BY changed_at
        LIMIT 1
          FOR UPDATE SKIP LOCKED)
RETURNING id, program_id, source_id, claims, orders_done, outcomes, told, attempts,
          changed_at AS received_at
