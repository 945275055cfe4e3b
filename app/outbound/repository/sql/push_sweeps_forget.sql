-- Walks that ended long ago.
DELETE FROM push_sweeps WHERE finished_at < CAST(:before AS timestamptz)
