-- The walks of a target that has ended.
DELETE FROM push_sweeps WHERE target_id = CAST(:target_id AS uuid)
