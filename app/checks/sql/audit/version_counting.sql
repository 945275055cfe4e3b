-- The last version that counted orders so.
SELECT max(version) AS version FROM program_versions
 WHERE program_id = CAST(:program_id AS uuid) AND counting = CAST(:counting AS integer)
