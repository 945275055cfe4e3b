-- How far a replay has come; at its end there is none.
UPDATE endpoints
   SET replay_after = CASE WHEN CAST(:through AS bigint) < replay_through
                           THEN CAST(:through AS bigint) END,
       replay_through = CASE WHEN CAST(:through AS bigint) < replay_through
                             THEN replay_through END
 WHERE program_id = CAST(:program_id AS uuid)
   AND id = CAST(:endpoint_id AS uuid)
