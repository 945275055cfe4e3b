-- A scheduled check has finished: the next one starts from its date.
-- Contract: nothing if an edit came meanwhile; then the next check looks back further.
UPDATE programs SET checked_on = CAST(:as_of AS date)
 WHERE id = CAST(:program_id AS uuid) AND version = CAST(:version AS integer)
   AND (checked_on IS NULL OR checked_on < CAST(:as_of AS date))
