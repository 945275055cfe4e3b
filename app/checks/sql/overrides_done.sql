-- Overrides that turn are evaluated up to this date.
UPDATE programs SET overrides_on = CAST(:day AS date)
 WHERE id = CAST(:program_id AS uuid)
   AND (overrides_on IS NULL OR overrides_on < CAST(:day AS date))
