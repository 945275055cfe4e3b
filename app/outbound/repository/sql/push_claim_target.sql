-- Takes a target that has something to do, under a lease and a new term.
-- What the program's feed or a walk owes is done also while the shop asks for rest.
UPDATE push_targets t
   SET holder = CAST(:holder AS text), term = t.term + 1,
       lease_until = CAST(:until AS timestamptz)
  FROM (SELECT o.id
          FROM push_targets o
         WHERE (o.lease_until IS NULL OR o.lease_until < CAST(:at AS timestamptz))
           AND (o.deleted_at IS NOT NULL
                OR o.enabled AND (
                  EXISTS (SELECT FROM feeds f
                           WHERE f.program_id = o.program_id AND f.feed_seq > o.feed_seq)
                  OR EXISTS (SELECT FROM push_sweeps s
                              WHERE s.target_id = o.id AND s.finished_at IS NULL)
                  OR EXISTS (SELECT FROM push_looks l WHERE l.target_id = o.id)
                  OR coalesce(o.ready_at <= CAST(:at AS timestamptz), true)
                     AND EXISTS (SELECT FROM pushes p
                                  WHERE p.target_id = o.id AND p.state IN ('pending', 'failed')
                                    AND p.retry_at <= CAST(:at AS timestamptz))))
         ORDER BY o.ready_at NULLS FIRST, o.id
         LIMIT 1
           FOR UPDATE OF o SKIP LOCKED) AS open
 WHERE t.id = open.id
RETURNING t.id, t.program_id, t.platform, t.url, t.ladder, t.mapping, t.sealed, t.per_second,
          t.term, t.deleted_at IS NOT NULL AS deleted
