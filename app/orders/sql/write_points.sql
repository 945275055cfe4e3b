-- Lines of the ledger.
INSERT INTO points_entries
SELECT * FROM json_populate_recordset(CAST(NULL AS points_entries), CAST(:entries AS json))
