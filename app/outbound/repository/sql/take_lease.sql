-- Takes or renews a lease; its row stays locked until the transaction ends, so whoever holds it
-- works alone whatever the clocks say. The term rises with every new holder.
-- Contract: no row while another one's lease runs.
INSERT INTO leases (name, holder, term, until_at)
VALUES (CAST(:name AS text), CAST(:holder AS text), 1, CAST(:until AS timestamptz))
ON CONFLICT (name) DO UPDATE
   SET holder = excluded.holder, until_at = excluded.until_at,
       term = leases.term + CASE WHEN leases.holder = excluded.holder THEN 0 ELSE 1 END
 WHERE leases.holder = excluded.holder OR leases.until_at < CAST(:at AS timestamptz)
RETURNING term
