-- What one member was told to have moved is nobody's from now on, without what caused it.
SELECT erase_moves(CAST(:program_id AS uuid), CAST(:member_id AS uuid), CAST(:nobody AS uuid))
