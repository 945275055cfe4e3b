-- Stores what is known of orders, at their homes.
INSERT INTO orders
SELECT * FROM json_populate_recordset(CAST(NULL AS orders), CAST(:orders AS json))
ON CONFLICT (member_id, order_key) DO UPDATE
   SET customer_id = EXCLUDED.customer_id, organization_id = EXCLUDED.organization_id,
       version = EXCLUDED.version, state = EXCLUDED.state, history = EXCLUDED.history,
       refunds = EXCLUDED.refunds, currency = EXCLUDED.currency, rate_from = EXCLUDED.rate_from,
       refunded = EXCLUDED.refunded, over_refunded = EXCLUDED.over_refunded,
       date_substituted = EXCLUDED.date_substituted,
       basis_substituted = EXCLUDED.basis_substituted, counted_on = EXCLUDED.counted_on,
       counted_amount = EXCLUDED.counted_amount, excluded_because = EXCLUDED.excluded_because,
       map_revision = EXCLUDED.map_revision, multiplier = EXCLUDED.multiplier
