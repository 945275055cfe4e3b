-- A contract as it is from now on; it is locked.
INSERT INTO contracts (member_id, program_id, organization_id, contract_id, from_on, until_on)
SELECT CAST(:member_id AS uuid), CAST(:program_id AS uuid), CAST(:organization_id AS uuid),
       CAST(:contract_id AS text), CAST(:from_on AS date), CAST(:until_on AS date)
ON CONFLICT (member_id) DO UPDATE
   SET from_on = EXCLUDED.from_on, until_on = EXCLUDED.until_on
