-- How many sources of all programs take deliveries without a signature, for a warning at the start.
SELECT count(*) AS number
  FROM sources
 WHERE allowed_addresses IS NOT NULL AND deleted_at IS NULL
