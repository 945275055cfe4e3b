-- The tables whose rows each belong to a program.
SELECT c.table_name
  FROM information_schema.columns AS c
  JOIN information_schema.tables AS t USING (table_schema, table_name)
 WHERE c.table_schema = current_schema()
   AND c.column_name = 'program_id'
   AND t.table_type = 'BASE TABLE'
 ORDER BY c.table_name
