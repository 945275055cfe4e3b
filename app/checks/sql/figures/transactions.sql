-- When the oldest transaction of this database began, of those that our role may see.
SELECT min(xact_start) AS since
  FROM pg_stat_activity
 WHERE datname = current_database() AND pid <> pg_backend_pid()
