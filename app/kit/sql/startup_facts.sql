-- What the service demands of a server before it serves from it.
SELECT CAST(current_setting('server_version_num') AS integer) AS server,
       current_setting('fsync') AS fsync,
       current_setting('full_page_writes') AS full_page_writes,
       current_setting('synchronous_commit') AS synchronous_commit,
       current_setting('server_encoding') AS encoding,
       clock_timestamp() AS now,
       CAST(current_setting('max_connections') AS integer)
         - CAST(current_setting('superuser_reserved_connections') AS integer) AS connections
