-- Those of these members that are contracts.
SELECT member_id, organization_id, contract_id, from_on, until_on
  FROM contracts
 WHERE program_id = CAST(:program_id AS uuid)
   AND member_id = ANY (CAST(:member_ids AS uuid[]))
