-- What is watched of facts: those in quarantine that can be read again, as a replay sees it, and
-- orders without a rate.
SELECT count(*) AS quarantined, min(received_at) AS since,
       (SELECT count(*) FROM orders WHERE excluded_because = 'unconverted') AS unconverted
  FROM order_events
 WHERE outcome = 'quarantined' AND raw IS NOT NULL
   AND reason NOT IN ('event_conflict', 'customer_redacted')
