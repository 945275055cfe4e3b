-- The version of Citus in this database, no row without it, and how much its log tells.
SELECT extversion AS version, current_setting('wal_level') AS wal_level
  FROM pg_extension
 WHERE extname = 'citus'
