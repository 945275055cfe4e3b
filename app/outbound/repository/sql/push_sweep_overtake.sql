-- Drops walks after a publication that a newer one does again from the beginning.
DELETE FROM push_sweeps
 WHERE target_id = CAST(:target_id AS uuid) AND occasion = 'published' AND finished_at IS NULL
