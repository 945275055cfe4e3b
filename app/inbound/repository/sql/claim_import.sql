-- Takes the import that was worked on least lately, under a lease, whatever its program.
-- Contract: a claim is known by holder and claims together.
UPDATE imports i
   SET state = CASE i.state WHEN 'queued' THEN 'running' ELSE i.state END,
       started_at = coalesce(i.started_at, CAST(:at AS timestamptz)),
       holder = CAST(:holder AS text), claims = i.claims + 1,
       lease_until = CAST(:at AS timestamptz) + CAST(:lease AS interval)
  FROM (SELECT o.id
          FROM imports o
         WHERE o.state IN ('queued', 'running', 'deciding')
           AND (o.lease_until IS NULL OR o.lease_until < CAST(:at AS timestamptz)
                OR o.holder = CAST(:holder AS text))
           AND (o.retry_at IS NULL OR o.retry_at <= CAST(:at AS timestamptz))
         ORDER BY o.lease_until NULLS FIRST, o.created_at, o.id
         LIMIT 1
           FOR UPDATE SKIP LOCKED) AS open
 WHERE i.id = open.id
RETURNING i.id, i.program_id, i.kind, i.form, i.encoding, i.source, i.keeping, i.key_id,
          i.request_id, i.state, i.ends_as, i.bytes_total, i.digest, i.lines_done, i.rows_done,
          i.outcomes, i.compared, i.decided_through, i.attempts, i.claims, i.holder
