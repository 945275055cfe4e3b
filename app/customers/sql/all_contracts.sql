-- All contracts of a program.
SELECT member_id, organization_id, contract_id, from_on, until_on
  FROM contracts
 WHERE program_id = CAST(:program_id AS uuid)
 ORDER BY member_id
