-- A page of a member's ledger, the newest line first, each with the balance after it.
SELECT e.entry_id, e.kind, e.points, e.balance, e.day, o.order_id, o.source, e.activity_id,
       e.level_key, e.reason, e.author, e.recorded_at, e.recorded
  FROM (SELECT entry_id, kind, points, day, order_key, activity_id, level_key, reason, author,
               recorded_at, recorded,
               CAST(sum(points) OVER (ORDER BY recorded, entry_id) AS bigint) AS balance
          FROM points_entries
         WHERE program_id = CAST(:program_id AS uuid)
           AND member_id = CAST(:member_id AS uuid)) e
  LEFT JOIN orders o
    ON o.member_id = CAST(:member_id AS uuid)
   AND o.order_key = e.order_key
 WHERE (e.recorded, e.entry_id) < (CAST(:recorded AS bigint), CAST(:entry_id AS uuid))
 ORDER BY e.recorded DESC, e.entry_id DESC
 LIMIT CAST(:number AS integer)
