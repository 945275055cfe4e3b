-- An audit ends with its report, unless another one took its place.
UPDATE checks
   SET state = 'finished', finished_at = CAST(:at AS timestamptz),
       members_total = CAST(:members_total AS integer),
       members_done = CAST(:members_total AS integer), result = CAST(:result AS jsonb)
 WHERE id = CAST(:id AS uuid) AND occasion = 'audit' AND state = 'running'
