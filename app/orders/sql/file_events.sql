-- Puts events into the inbox.
INSERT INTO order_events
SELECT * FROM json_populate_recordset(CAST(NULL AS order_events), CAST(:events AS json))
