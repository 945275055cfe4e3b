-- Members that are erased have no points; what organizations have of them is their own.
SELECT erase_points(CAST(:program_id AS uuid), CAST(:member_ids AS uuid[]), CAST(:salt AS text))
