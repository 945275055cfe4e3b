-- What keeps the rows of tables where they are, a line for each table and reason.
SELECT one.relname AS "table", told.reason
  FROM pg_class one
 CROSS JOIN LATERAL (
       SELECT 'has a trigger' AS reason FROM pg_trigger t
        WHERE t.tgrelid = one.oid AND NOT t.tgisinternal
        UNION
       SELECT 'has a foreign key' FROM pg_constraint c
        WHERE c.contype = 'f' AND one.oid IN (c.conrelid, c.confrelid)
        UNION
       SELECT 'has an identity column or a sequence' FROM pg_depend d
         JOIN pg_class s ON s.oid = d.objid AND s.relkind = 'S'
        WHERE d.refobjid = one.oid AND d.deptype IN ('a', 'i')
        UNION
       SELECT 'has no primary key'
        WHERE NOT EXISTS (SELECT FROM pg_index i WHERE i.indrelid = one.oid AND i.indisprimary)
        UNION
       SELECT 'is not an ordinary table'
        WHERE one.relkind <> 'r' OR one.relpersistence <> 'p' OR one.relispartition
        UNION
       SELECT 'belongs to ' || pg_get_userbyid(one.relowner)
        WHERE NOT pg_has_role(one.relowner, 'USAGE')) AS told
 WHERE one.relnamespace = to_regnamespace(current_schema())
   AND one.relname = ANY (CAST(:tables AS text[]))
 ORDER BY one.relname, told.reason
