-- The history of moves and notices, and the events owed for them.
INSERT INTO changes
SELECT * FROM json_populate_recordset(CAST(NULL AS changes), CAST(:changes AS json))
