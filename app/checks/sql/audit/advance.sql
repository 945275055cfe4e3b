-- An audit has come so far, and goes on before `until`; where it is left, another one begins there.
-- Contract: nothing is written once another one has taken its place.
UPDATE checks
   SET due_at = CAST(:until AS timestamptz), members_done = CAST(:members_done AS integer),
       result = CAST(:result AS jsonb)
 WHERE id = CAST(:id AS uuid) AND occasion = 'audit' AND state = 'running'
