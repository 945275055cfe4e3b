-- Holds the program still: no edit, no fact and no other schedule until the transaction ends.
SELECT id FROM programs WHERE id = CAST(:program_id AS uuid) FOR NO KEY UPDATE
