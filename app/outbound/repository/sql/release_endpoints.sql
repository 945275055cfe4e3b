-- Lets others deliver to endpoints at once.
UPDATE endpoints
   SET holder = NULL, lease_until = CAST(:at AS timestamptz)
 WHERE holder = CAST(:holder AS text)
   AND (CAST(:id AS uuid) IS NULL OR id = CAST(:id AS uuid))
