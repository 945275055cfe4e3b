-- The next push of a target, what has changed first. From now on its value may be in the shop.
UPDATE pushes p
   SET attempts = p.attempts + 1,
       given = CASE WHEN p.desired ->> 'value' IS NULL OR p.desired ->> 'value' = ANY (p.given)
                      THEN p.given
                    ELSE array_append(p.given, p.desired ->> 'value') END
  FROM (SELECT n.member_id, m.external_id
          FROM pushes n
          JOIN members m ON m.member_id = n.member_id
         WHERE n.program_id = CAST(:program_id AS uuid)
           AND n.target_id = CAST(:target_id AS uuid)
           AND n.state IN ('pending', 'failed')
           AND n.retry_at <= CAST(:at AS timestamptz)
         ORDER BY n.priority, n.retry_at
         LIMIT 1) AS due
 WHERE p.target_id = CAST(:target_id AS uuid) AND p.member_id = due.member_id
RETURNING p.member_id, due.external_id, p.desired, p.given, p.attempts
