-- Takes a replay under a lease, that of the program that has waited longest.
UPDATE inbound_replays r
   SET state = 'running', holder = CAST(:holder AS uuid), attempts = r.attempts + 1,
       claim_at = CAST(:lease_until AS timestamptz)
  FROM (SELECT id, program_id
          FROM inbound_replays
         WHERE state <> 'finished'
           AND claim_at <= CAST(:at AS timestamptz)
         ORDER BY claim_at
         LIMIT 1
           FOR UPDATE SKIP LOCKED) AS next
 WHERE r.id = next.id
   AND r.program_id = next.program_id
RETURNING r.id, r.program_id, r.source, r.reason, r.after_at, r.after_key, r.created_at, r.attempts,
          r.holder
