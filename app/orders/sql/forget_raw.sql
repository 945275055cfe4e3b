-- Takes what was kept for reading from events that were kept unread.
SELECT forget_raw(CAST(:program_id AS uuid), CAST(:keys AS uuid[]), CAST(:keys AS uuid[])) AS number
