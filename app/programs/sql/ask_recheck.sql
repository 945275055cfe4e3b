-- A check of everybody is owed, with those that edits have asked for already; not while disabled.
UPDATE programs p
   SET recheck_at = greatest(p.recheck_at, CAST(:at AS timestamptz)),
       recheck_occasion = coalesce(p.recheck_occasion, 'rules_changed')
  FROM program_versions v
 WHERE p.id = CAST(:program_id AS uuid)
   AND v.program_id = p.id
   AND v.version = p.version
   AND CAST(v.definition -> 'settings' ->> 'enabled' AS boolean)
