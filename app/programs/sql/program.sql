-- A program as it stands.
SELECT id, key, name, version, counting, sandbox_day, checked_on, recheck_at, recheck_occasion,
       recheck_keep, created_at
  FROM programs
 WHERE id = CAST(:program_id AS uuid)
