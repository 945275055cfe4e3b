-- Whoever was erased represents nobody and is represented by nobody; the members are locked.
DELETE FROM representations
 WHERE program_id = CAST(:program_id AS uuid)
   AND (member_id = ANY (CAST(:member_ids AS uuid[]))
        OR organization_id = ANY (CAST(:member_ids AS uuid[])))
