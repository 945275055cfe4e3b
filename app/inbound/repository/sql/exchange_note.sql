-- How far a file is read, and whether it is at its end; only by who holds it.
UPDATE exchange_files
   SET orders_done = CAST(:orders_done AS integer), outcomes = CAST(:outcomes AS jsonb),
       told = CAST(:told AS text[]), error = CAST(:error AS text), state = CAST(:state AS text),
       held_until = CAST(:until AS timestamptz)
 WHERE program_id = CAST(:program_id AS uuid) AND id = CAST(:id AS uuid)
   AND claims = CAST(:claims AS integer)
