-- Records a check that was done in the transaction that planned it.
INSERT INTO checks (id, program_id, occasion, as_of, since, version, keep_version, state, scheduled,
                    author, request_id, members_total, members_done, moves_up, moves_down,
                    created_at, due_at, started_at, finished_at)
VALUES (CAST(:id AS uuid), CAST(:program_id AS uuid), CAST(:occasion AS text), CAST(:as_of AS date),
        CAST(:since AS date), CAST(:version AS integer), CAST(:keep_version AS integer), 'finished',
        CAST(:scheduled AS boolean), CAST(:author AS text), CAST(:request_id AS text), CAST(:members_total AS integer),
        CAST(:members_total AS integer), CAST(:up AS integer), CAST(:down AS integer),
        CAST(:at AS timestamptz), CAST(:at AS timestamptz), CAST(:at AS timestamptz),
        CAST(:at AS timestamptz))
