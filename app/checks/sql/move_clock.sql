-- A sandbox's today. Contract: forward only.
UPDATE programs SET sandbox_day = CAST(:day AS date), overrides_on = CAST(:day AS date)
 WHERE id = CAST(:program_id AS uuid) AND sandbox_day < CAST(:day AS date)
