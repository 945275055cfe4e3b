-- The next contracts of an organization behind an id.
SELECT member_id, organization_id, contract_id, from_on, until_on
  FROM contracts
 WHERE program_id = CAST(:program_id AS uuid)
   AND organization_id = CAST(:organization_id AS uuid)
   AND contract_id > CAST(:after AS text)
 ORDER BY contract_id
 LIMIT CAST(:most AS integer)
