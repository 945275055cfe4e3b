-- A contract that never was; it is locked.
DELETE FROM contracts
 WHERE program_id = CAST(:program_id AS uuid)
   AND member_id = CAST(:member_id AS uuid)
