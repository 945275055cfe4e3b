-- A target that has ended and has no pushes left.
DELETE FROM push_targets WHERE id = CAST(:id AS uuid) AND deleted_at IS NOT NULL
