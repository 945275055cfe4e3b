-- A7: no move but an end of a member cites a version that is unknown or disabled.
SELECT program_id, count(*) AS violations
  FROM changes
  LEFT JOIN program_versions USING (program_id, version)
 WHERE direction IS NOT NULL AND changes.reason NOT IN ('redacted', 'merged')
   AND (definition -> 'settings' ->> 'enabled') IS DISTINCT FROM 'true'
   AND (CAST(:program_id AS uuid) IS NULL OR program_id = CAST(:program_id AS uuid))
 GROUP BY program_id
