-- The tables that Citus knows of; `n` with `t` is a reference table, `n` without a group is local.
SELECT relname AS "table", colocationid AS "group",
       CASE WHEN partmethod <> 'n' THEN 'distributed' WHEN repmodel = 't' THEN 'reference'
            WHEN colocationid = 0 THEN 'local' ELSE 'single' END AS kind,
       CASE WHEN partkey IS NOT NULL THEN column_to_column_name(logicalrelid, partkey) END AS by
  FROM pg_dist_partition
  JOIN pg_class ON pg_class.oid = logicalrelid
 WHERE relnamespace = to_regnamespace(current_schema())
