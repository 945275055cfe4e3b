-- Representations as they are from now on; the customers are locked.
INSERT INTO representations (member_id, organization_id, from_on, program_id, until_on, recorded)
SELECT member_id, organization_id, from_on, CAST(:program_id AS uuid), until_on, recorded
  FROM unnest(CAST(:customers AS uuid[]), CAST(:organizations AS uuid[]), CAST(:begins AS date[]),
              CAST(:ends AS date[]), CAST(:recorded AS bigint[]))
    AS told (member_id, organization_id, from_on, until_on, recorded)
ON CONFLICT (member_id, organization_id, from_on) DO UPDATE
   SET until_on = EXCLUDED.until_on, recorded = EXCLUDED.recorded
