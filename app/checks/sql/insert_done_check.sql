-- Records a check, and its one slice, that was done in the transaction that planned it.
WITH done AS (
  INSERT INTO checks (id, program_id, occasion, as_of, since, version, keep_version, state,
                      scheduled, author, request_id, members_total, members_done, moves_up,
                      moves_down, created_at, due_at, started_at, finished_at)
  VALUES (CAST(:id AS uuid), CAST(:program_id AS uuid), CAST(:occasion AS text),
          CAST(:as_of AS date), CAST(:since AS date), CAST(:version AS integer),
          CAST(:keep_version AS integer), 'finished', CAST(:scheduled AS boolean),
          CAST(:author AS text), CAST(:request_id AS text), CAST(:members_total AS integer),
          CAST(:members_total AS integer), CAST(:up AS integer), CAST(:down AS integer),
          CAST(:at AS timestamptz), CAST(:at AS timestamptz), CAST(:at AS timestamptz),
          CAST(:at AS timestamptz))
  RETURNING id, program_id, members_total, moves_up, moves_down)
INSERT INTO check_slices (check_id, slice, program_id, after_member, through_member, state,
                          members_done, moves_up, moves_down, attempts)
SELECT id, 1, program_id, CAST(:after AS uuid), CAST(:through AS uuid), 'done', members_total,
       moves_up, moves_down, 1
  FROM done
