-- The tables whose rows each belong to a program, and may be deleted.
SELECT c.table_name
  FROM information_schema.columns AS c
  JOIN information_schema.tables AS t USING (table_schema, table_name)
 WHERE c.table_schema = current_schema()
   AND c.column_name = 'program_id'
   AND t.table_type = 'BASE TABLE'
   AND has_table_privilege(format('%I.%I', c.table_schema, c.table_name), 'DELETE')
 ORDER BY c.table_name
