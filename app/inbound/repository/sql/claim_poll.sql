-- A page that is due of a source whose shop may be asked now; its API's row is locked with it.
SELECT a.source_id, a.program_id, s.platform, a.url, a.sealed, a.pause_ms,
       a.every_minutes, p.since_at, p.until_at, p.page, p.attempts
  FROM polls p
  JOIN source_apis a ON a.source_id = p.source_id AND a.program_id = p.program_id
  JOIN sources s ON s.id = p.source_id AND s.program_id = p.program_id
 WHERE s.deleted_at IS NULL
   AND a.every_minutes IS NOT NULL
   AND a.next_at <= CAST(:at AS timestamptz)
   AND p.due_at <= CAST(:at AS timestamptz)
   AND (p.lease_until IS NULL OR p.lease_until < CAST(:at AS timestamptz))
 ORDER BY p.due_at, p.source_id
 LIMIT 1
   FOR UPDATE OF p, a SKIP LOCKED
