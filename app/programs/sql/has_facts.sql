-- Whether anything was recorded that amounts or dates of orders were read from.
SELECT EXISTS (SELECT FROM order_events WHERE program_id = CAST(:program_id AS uuid))
    OR EXISTS (SELECT FROM points_entries WHERE program_id = CAST(:program_id AS uuid))
    OR EXISTS (SELECT FROM exchange_rates WHERE program_id = CAST(:program_id AS uuid)) AS found
