-- Members that are erased have no day totals.
DELETE FROM day_totals
 WHERE program_id = CAST(:program_id AS uuid)
   AND member_id = ANY (CAST(:member_ids AS uuid[]))
