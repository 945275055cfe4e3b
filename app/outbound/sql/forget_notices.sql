-- These notices name nobody any more.
SELECT forget_notices(CAST(:program_id AS uuid), CAST(:numbers AS bigint[]))
