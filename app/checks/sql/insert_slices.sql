-- Cuts a check into ranges of member ids, each one transaction.
INSERT INTO check_slices (check_id, slice, program_id, after_member, through_member, state)
SELECT CAST(:check_id AS uuid), slice, CAST(:program_id AS uuid), after_member, through_member,
       'queued'
  FROM unnest(CAST(:slices AS integer[]), CAST(:after AS uuid[]), CAST(:through AS uuid[]))
    AS cut (slice, after_member, through_member)
