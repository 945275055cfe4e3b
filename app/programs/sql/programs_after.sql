-- Programs by their keys, each with the settings in force.
SELECT p.key, p.name, p.version, p.sandbox_day, p.created_at,
       v.definition -> 'settings' ->> 'currency' AS currency,
       v.definition -> 'settings' ->> 'time_zone' AS time_zone,
       CAST(v.definition -> 'settings' ->> 'enabled' AS boolean) AS enabled
  FROM programs AS p
  JOIN program_versions AS v ON v.program_id = p.id AND v.version = p.version
 WHERE p.key > CAST(:after AS text)
   AND (CAST(:key AS text) IS NULL OR p.key = CAST(:key AS text))
 ORDER BY p.key
 LIMIT CAST(:most AS integer)
