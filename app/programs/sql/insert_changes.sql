-- The program's own events, numbered on under the lock of its row.
INSERT INTO changes (member_id, seq, program_id, type, version, as_of, recorded_at, metrics, data)
SELECT CAST(:program_id AS uuid), held.seq + new.number, CAST(:program_id AS uuid), new.type,
       CAST(:version AS integer), CAST(:as_of AS date), CAST(:at AS timestamptz),
       CAST('[]' AS jsonb), CAST(:data AS jsonb)
  FROM (SELECT CAST(coalesce(max(seq), 0) AS integer) AS seq
          FROM changes
         WHERE member_id = CAST(:program_id AS uuid)) AS held,
       (SELECT type, CAST(number AS integer) AS number
          FROM unnest(CAST(:types AS text[])) WITH ORDINALITY AS listed (type, number)) AS new
