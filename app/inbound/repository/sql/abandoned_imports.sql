-- Forgets the imports of all programs whose sender went away in the middle of the file.
DELETE FROM imports
 WHERE state = 'receiving'
   AND lease_until < CAST(:at AS timestamptz)
RETURNING id, program_id
