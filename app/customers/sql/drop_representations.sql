-- Takes out representations that never were; the customers are locked.
DELETE FROM representations
 USING unnest(CAST(:customers AS uuid[]), CAST(:organizations AS uuid[]), CAST(:begins AS date[]))
    AS gone (member_id, organization_id, from_on)
 WHERE representations.member_id = gone.member_id
   AND representations.organization_id = gone.organization_id
   AND representations.from_on = gone.from_on
   AND representations.program_id = CAST(:program_id AS uuid)
