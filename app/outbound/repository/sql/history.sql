-- The changes of one member below a number of its own, the newest first.
SELECT c.member_id, coalesce(c.feed_seq, 0) AS feed_seq, c.type, c.recorded_at, c.seq, c.ladder,
       c.from_level, c.to_level, c.from_position, c.to_position, c.direction, c.occasion, c.reason, c.version,
       c.as_of, c.metrics, c.data, c.order_key, c.check_id, c.override_id, m.kind, m.external_id,
       o.source AS order_source, o.order_id
  FROM changes c
  JOIN members m ON m.member_id = c.member_id
  LEFT JOIN orders o ON o.member_id = c.member_id AND o.order_key = c.order_key
 WHERE c.program_id = CAST(:program_id AS uuid)
   AND c.member_id = CAST(:member_id AS uuid)
   AND c.seq < CAST(:before AS integer)
 ORDER BY c.seq DESC
 LIMIT CAST(:most AS integer)
