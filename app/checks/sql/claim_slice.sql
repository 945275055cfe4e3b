-- Takes the next open slice of a check that is due, oldest check first, under a lease.
-- Contract: each attempt has a longer lease, up to `longest` times `lease`, so that a slow one ends
-- at last; a claim is known by holder and attempts together. `audit` picks between checks and audits.
UPDATE check_slices s
   SET holder = CAST(:holder AS text),
       attempts = s.attempts + 1,
       lease_until = CAST(:at AS timestamptz)
                     + least(s.attempts + 1, CAST(:longest AS integer)) * CAST(:lease AS interval)
  FROM (SELECT o.check_id, o.slice
          FROM check_slices o
          JOIN checks c ON c.id = o.check_id
         WHERE o.state = 'queued'
           AND c.state IN ('queued', 'running')
           AND c.due_at <= CAST(:at AS timestamptz)
           AND (c.occasion = 'audit') = CAST(:audit AS boolean)
           AND (CAST(:check_id AS uuid) IS NULL OR c.id = CAST(:check_id AS uuid))
           AND (o.lease_until IS NULL OR o.lease_until < CAST(:at AS timestamptz))
           AND (o.retry_at IS NULL OR o.retry_at <= CAST(:at AS timestamptz))
         ORDER BY c.created_at, c.id, o.slice
         LIMIT 1
           FOR UPDATE OF o SKIP LOCKED) AS open
 WHERE s.check_id = open.check_id AND s.slice = open.slice
RETURNING s.check_id, s.slice, s.program_id, s.after_member, s.through_member, s.holder, s.attempts
