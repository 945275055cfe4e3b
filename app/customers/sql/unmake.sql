-- Takes rows out of the members: of who was erased, or was made known and must not be.
DELETE FROM members
 WHERE program_id = CAST(:program_id AS uuid)
   AND member_id = ANY (CAST(:member_ids AS uuid[]))
