-- How many members of each target are in which state.
SELECT target_id, state, count(*) AS members
  FROM pushes
 WHERE program_id = CAST(:program_id AS uuid)
   AND target_id = ANY (CAST(:target_ids AS uuid[]))
 GROUP BY target_id, state
