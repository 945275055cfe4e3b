-- Orders to be fetched for a notification; who asks again while it is open only hurries it.
INSERT INTO fetches (source_id, order_id, notification, program_id, asked_at, due_at)
SELECT CAST(:source_id AS uuid), asked.order_id, CAST(:notification AS uuid),
       CAST(:program_id AS uuid), CAST(:at AS timestamptz), CAST(:due_at AS timestamptz)
  FROM unnest(CAST(:order_ids AS text[])) AS asked (order_id)
 ORDER BY asked.order_id
ON CONFLICT (source_id, order_id, notification) DO UPDATE
   SET due_at = LEAST(fetches.due_at, excluded.due_at)
