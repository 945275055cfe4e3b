-- How many members hold each level.
SELECT ladder, level_key, count(*) AS members
  FROM positions
 WHERE level_key IS NOT NULL
 GROUP BY ladder, level_key
