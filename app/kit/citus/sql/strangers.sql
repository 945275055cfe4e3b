-- The processes of ours of another release that are connected to this database.
SELECT DISTINCT application_name AS name
  FROM pg_stat_activity
 WHERE datname = current_database()
   AND starts_with(application_name, 'tiers')
   AND right(application_name, length(CAST(:release AS text))) <> CAST(:release AS text)
 ORDER BY name
