-- What imports have found of members that are erased, or said with one of their ids.
DELETE FROM import_findings
 WHERE program_id = CAST(:program_id AS uuid)
   AND (member_id = ANY (CAST(:member_ids AS uuid[]))
        OR holder_id = ANY (CAST(:member_ids AS uuid[]))
        OR EXISTS (SELECT FROM unnest(CAST(:ids AS text[])) AS asked (id)
                    WHERE position(asked.id IN concat(event_id, ' ', detail, ' ', said)) > 0))
