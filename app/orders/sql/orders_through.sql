-- The orders at these homes that an organization may pass on: they name one of these
-- organizations, or one of these customers placed them. With a contract, only those that name it.
SELECT o.order_key, o.member_id
  FROM orders o
 WHERE o.program_id = CAST(:program_id AS uuid)
   AND o.member_id = ANY (CAST(:homes AS uuid[]))
   AND (o.organization_id = ANY (CAST(:organizations AS uuid[]))
        OR o.customer_id = ANY (CAST(:customers AS uuid[])))
   AND (CAST(:contract AS text) IS NULL OR o.state ->> 'contract_id' = CAST(:contract AS text))
 ORDER BY o.order_key
