-- Some orders of a source that stand under an older map than this one, with their homes.
SELECT o.order_key, o.member_id
  FROM orders o
 WHERE o.program_id = CAST(:program_id AS uuid)
   AND o.source = CAST(:source AS text)
   AND o.map_revision < CAST(:revision AS integer)
 ORDER BY o.map_revision, o.member_id, o.order_key
 LIMIT CAST(:number AS integer)
