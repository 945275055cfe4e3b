-- A claimed order is fetched, or given up; who asked meanwhile asks on.
DELETE FROM fetches
 WHERE program_id = CAST(:program_id AS uuid)
   AND source_id = CAST(:source_id AS uuid)
   AND order_id = CAST(:order_id AS text)
   AND holder = CAST(:holder AS uuid)
