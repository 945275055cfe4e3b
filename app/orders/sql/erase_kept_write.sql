-- These orders, that name nobody who is erased any more.
UPDATE orders
   SET customer_id = told.customer_id, organization_id = told.organization_id,
       version = told.version, state = CAST(told.state AS jsonb),
       history = CAST(told.history AS jsonb), refunds = CAST(told.refunds AS jsonb)
  FROM unnest(CAST(:homes AS uuid[]), CAST(:order_keys AS uuid[]), CAST(:customers AS uuid[]),
              CAST(:organizations AS uuid[]), CAST(:versions AS text[]), CAST(:states AS text[]),
              CAST(:histories AS text[]), CAST(:refunds AS text[]))
    AS told (home, order_key, customer_id, organization_id, version, state, history, refunds)
 WHERE orders.program_id = CAST(:program_id AS uuid)
   AND orders.member_id = told.home
   AND orders.order_key = told.order_key
