-- What a shop is to say of these members from now on. Unchanged ones are left alone, but for a
-- walk that rereads. Who is skipped but may hold a value of ours is pushed once more, to lose it.
-- Contract: `attempts` stays above 0 until the shop has acknowledged what was sent last.
INSERT INTO pushes AS p (target_id, member_id, program_id, state, desired, reason, priority,
                         retry_at)
SELECT CAST(:target_id AS uuid), w.member_id, CAST(:program_id AS uuid),
       CASE WHEN w.reason IS NULL THEN 'pending' ELSE 'skipped' END, CAST(w.desired AS jsonb),
       w.reason, w.priority, CAST(:at AS timestamptz)
  FROM unnest(CAST(:member_ids AS uuid[]), CAST(:desired AS text[]), CAST(:reasons AS text[]),
              CAST(:priorities AS integer[])) AS w (member_id, desired, reason, priority)
ON CONFLICT (target_id, member_id) DO UPDATE
   SET desired = excluded.desired,
       state = CASE WHEN excluded.reason IS NOT NULL AND p.given = '{}' THEN 'skipped'
                    WHEN excluded.desired = p.acknowledged AND p.attempts = 0
                         AND NOT CAST(:rereads AS boolean) THEN 'acknowledged'
                    ELSE 'pending' END,
       reason = CASE WHEN p.given = '{}' THEN excluded.reason END,
       priority = CASE WHEN p.desired = excluded.desired AND p.state IN ('pending', 'failed')
                         THEN p.priority
                       WHEN p.desired = excluded.desired THEN CAST(:last AS integer)
                       WHEN p.state = 'pending' THEN least(p.priority, excluded.priority)
                       ELSE excluded.priority END,
       attempts = least(p.attempts, 1),
       retry_at = excluded.retry_at
 WHERE p.desired <> excluded.desired
    OR CAST(:rereads AS boolean) AND (excluded.reason IS NULL OR p.given <> '{}')
    OR p.reason IS DISTINCT FROM excluded.reason
       AND p.reason IS DISTINCT FROM 'not_in_shop'
