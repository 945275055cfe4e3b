-- Takes the facts, moves and versions of a program that ends.
SELECT end_evidence(CAST(:program_id AS uuid)) AS ended
