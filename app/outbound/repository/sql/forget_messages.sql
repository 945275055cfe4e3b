-- Drops what was told of one member.
DELETE FROM messages
 WHERE program_id = CAST(:program_id AS uuid)
   AND member_id = CAST(:member_id AS uuid)
