-- Members that are erased have no points.
SELECT erase_points(CAST(:program_id AS uuid), CAST(:member_ids AS uuid[]))
