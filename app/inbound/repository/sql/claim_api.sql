-- A source with something due to be fetched whose shop may be asked now, locked.
-- Contract: of each source one row of what is due is read, however much is.
SELECT a.source_id, a.program_id, s.platform, a.url, a.sealed, a.pause_ms
  FROM source_apis a
  JOIN sources s ON s.id = a.source_id AND s.program_id = a.program_id
 CROSS JOIN LATERAL (
       SELECT f.due_at
         FROM fetches f
        WHERE f.source_id = a.source_id
          AND f.program_id = a.program_id
          AND f.due_at <= CAST(:at AS timestamptz)
          AND (f.lease_until IS NULL OR f.lease_until < CAST(:at AS timestamptz))
        ORDER BY f.due_at
        LIMIT 1) AS due
 WHERE s.deleted_at IS NULL
   AND a.next_at <= CAST(:at AS timestamptz)
 ORDER BY a.next_at, a.source_id
 LIMIT 1
   FOR UPDATE OF a SKIP LOCKED
