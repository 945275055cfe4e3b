-- Takes the identity from one member; the row stays, so that late facts find it.
UPDATE members
   SET external_id = NULL, tags = '{}', joined_on = NULL, currency = NULL
 WHERE program_id = CAST(:program_id AS uuid)
   AND member_id = CAST(:member_id AS uuid)
