-- What the merchant says of one member; its lock is held.
UPDATE members
   SET tags = CAST(:tags AS text[]), joined_on = CAST(:joined_on AS date),
       currency = CAST(:currency AS text)
 WHERE program_id = CAST(:program_id AS uuid)
   AND member_id = CAST(:member_id AS uuid)
