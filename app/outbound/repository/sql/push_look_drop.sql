-- What a target that has ended was to look at.
DELETE FROM push_looks WHERE target_id = CAST(:target_id AS uuid)
