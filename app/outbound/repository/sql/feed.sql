-- The changes of a program behind a number of its feed, in order.
SELECT c.member_id, c.feed_seq, c.type, c.recorded_at, c.seq, c.ladder, c.from_level, c.to_level,
       c.from_position, c.to_position, c.direction, c.occasion, c.reason, c.version, c.as_of,
       c.metrics, c.data, c.order_key, c.check_id, c.override_id, m.kind, m.external_id,
       o.source AS order_source, o.order_id
  FROM changes c
  LEFT JOIN members m ON m.member_id = c.member_id
  LEFT JOIN orders o ON o.member_id = c.member_id AND o.order_key = c.order_key
 WHERE c.program_id = CAST(:program_id AS uuid)
   AND c.feed_seq > CAST(:after AS bigint)
 ORDER BY c.feed_seq
 LIMIT CAST(:most AS integer)
