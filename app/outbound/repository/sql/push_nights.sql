-- Every target that is in use, with its program's time zone and the last night that it had.
SELECT t.id, t.program_id, t.created_at, v.definition -> 'settings' ->> 'time_zone' AS zone,
       (SELECT max(s.key) FROM push_sweeps s
         WHERE s.target_id = t.id AND s.occasion = 'nightly') AS last_key
  FROM push_targets t
  JOIN programs p ON p.id = t.program_id
  JOIN program_versions v ON v.program_id = p.id AND v.version = p.version
 WHERE t.enabled AND t.deleted_at IS NULL
