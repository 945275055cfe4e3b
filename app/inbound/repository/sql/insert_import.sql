-- Begins an import whose file is still to come; until then it may be taken for abandoned. Nothing
-- when so many of the program's have not ended.
INSERT INTO imports (id, program_id, kind, form, encoding, source, filename, keeping, key_id,
                     request_id, state, created_at, lease_until)
SELECT CAST(:id AS uuid), CAST(:program_id AS uuid), CAST(:kind AS text), CAST(:form AS text),
       CAST(:encoding AS text), CAST(:source AS text), CAST(:filename AS text),
       CAST(:keeping AS jsonb), CAST(:key_id AS text), CAST(:request_id AS text), 'receiving',
       CAST(:at AS timestamptz), CAST(:until AS timestamptz)
 WHERE (SELECT count(*)
          FROM imports
         WHERE program_id = CAST(:program_id AS uuid)
           AND state IN ('receiving', 'queued', 'running', 'deciding')) < CAST(:most AS integer)
