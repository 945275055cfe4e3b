-- The one slice of a check that was done in one transaction.
INSERT INTO check_slices (check_id, slice, program_id, after_member, through_member, state,
                          members_done, moves_up, moves_down, attempts)
VALUES (CAST(:check_id AS uuid), 1, CAST(:program_id AS uuid), CAST(:after AS uuid),
        CAST(:through AS uuid), 'done', CAST(:members_total AS integer), CAST(:up AS integer),
        CAST(:down AS integer), 1)
