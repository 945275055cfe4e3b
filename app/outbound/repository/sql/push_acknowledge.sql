-- The shop says what was sent; what is desired may be another thing by now.
UPDATE pushes
   SET acknowledged = CAST(:sent AS jsonb), acknowledged_at = CAST(:at AS timestamptz),
       given = CAST(:given AS text[]), attempts = 0, error = NULL,
       state = CASE WHEN desired = CAST(:sent AS jsonb) THEN 'acknowledged' ELSE 'pending' END
 WHERE program_id = CAST(:program_id AS uuid)
   AND target_id = CAST(:target_id AS uuid)
   AND member_id = CAST(:member_id AS uuid)
