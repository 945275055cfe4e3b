-- Numbers for the changes of members that nobody has touched since they were read.
-- Contract: a member whose version is another by now is left out, and nothing may be written
-- of it.
UPDATE members
   SET version = members.version + 1,
       change_seq = members.change_seq + claimed.changes
  FROM unnest(CAST(:member_ids AS uuid[]), CAST(:versions AS bigint[]), CAST(:changes AS integer[]))
    AS claimed (member_id, version, changes)
 WHERE members.member_id = claimed.member_id
   AND members.version = claimed.version
   AND members.program_id = CAST(:program_id AS uuid)
RETURNING members.member_id, members.change_seq
