-- Takes these days out, before what is left of them is written anew.
DELETE FROM day_totals
 USING unnest(CAST(:member_ids AS uuid[]), CAST(:days AS date[])) AS at (member_id, day)
 WHERE day_totals.member_id = at.member_id
   AND day_totals.day = at.day
   AND day_totals.program_id = CAST(:program_id AS uuid)
