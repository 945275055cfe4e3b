-- Every change of a program, the oldest first; those of the program itself have no kind.
SELECT c.type, c.recorded_at, m.kind, m.external_id AS id, c.seq AS sequence, c.ladder,
       c.from_level, c.to_level, c.direction, c.occasion, c.reason, c.version, c.as_of,
       o.source AS order_source, o.order_id, c.check_id, c.override_id, c.metrics, c.data
  FROM changes c
  LEFT JOIN members m ON m.member_id = c.member_id
  LEFT JOIN orders o ON o.member_id = c.member_id AND o.order_key = c.order_key
 WHERE c.program_id = CAST(:program_id AS uuid)
 ORDER BY c.recorded_at, c.member_id, c.seq
