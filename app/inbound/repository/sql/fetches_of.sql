-- What is still to be fetched of some sources: how many orders, and since when.
SELECT source_id, count(DISTINCT order_id) AS orders, min(asked_at) AS oldest_at
  FROM fetches
 WHERE program_id = CAST(:program_id AS uuid) AND source_id = ANY (CAST(:source_ids AS uuid[]))
 GROUP BY source_id
