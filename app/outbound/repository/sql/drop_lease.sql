-- Lets another one take the lease at once.
UPDATE leases SET until_at = CAST('-infinity' AS timestamptz)
 WHERE name = CAST(:name AS text) AND holder = CAST(:holder AS text)
