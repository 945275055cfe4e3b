-- What the service demands of a server before it serves from it, and what it doubts.
SELECT CAST(current_setting('server_version_num') AS integer) AS server,
       current_setting('fsync') AS fsync,
       current_setting('full_page_writes') AS full_page_writes,
       current_setting('synchronous_commit') AS synchronous_commit,
       current_setting('server_encoding') AS encoding,
       current_setting('data_checksums') AS data_checksums,
       clock_timestamp() AS now,
       CAST(current_setting('max_connections') AS integer)
         - CAST(current_setting('superuser_reserved_connections') AS integer) AS connections,
       (SELECT rolsuper OR rolbypassrls OR rolcreaterole OR rolcreatedb OR rolreplication
          FROM pg_roles
         WHERE rolname = current_user)
         OR coalesce((SELECT pg_has_role(relowner, 'USAGE')
                        FROM pg_class
                       WHERE oid = to_regclass('alembic_version')), false) AS is_privileged,
       coalesce(family(inet_client_addr()) IS NULL OR inet_client_addr() <<= '127.0.0.0/8'
                OR inet_client_addr() = '::1', true) AS is_near,
       coalesce((SELECT ssl FROM pg_stat_ssl WHERE pid = pg_backend_pid()), false) AS is_encrypted
