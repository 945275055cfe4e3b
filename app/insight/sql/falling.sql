-- Who holds a level and is not left alone by one of the checks to come, if no fact comes: how
-- many hold the same since the same and pass the same thresholds, and the first of them in id
-- order, of all and behind `after`. For a ladder with one window.
-- Contract: checks are numbered from 0, `turn_*` are the days that turn with each. A code is the
-- check's number times `signatures` plus the signature. `outcomes` of level and signature: 0
-- nothing happens, 1 it falls, 2 it rises. Leaves out who is told one by one: see `singly.sql`.
WITH turned AS (
  SELECT DISTINCT d.member_id, t.number
    FROM unnest(CAST(:turn_numbers AS integer[]), CAST(:turn_firsts AS date[]),
                CAST(:turn_lasts AS date[])) AS t (number, first, last)
    JOIN day_totals d ON d.day BETWEEN t.first AND t.last
   WHERE d.program_id = CAST(:program_id AS uuid)
), judged AS (
  SELECT p.member_id, p.level_key, p.since_on, turned.number, s.signature,
         (CAST(:outcomes AS integer[]))[(array_position(CAST(:levels AS text[]), p.level_key) - 1)
           * CAST(:signatures AS integer) + s.signature + 1] AS outcome
    FROM turned
    JOIN positions p ON p.member_id = turned.member_id
   CROSS JOIN LATERAL (
         SELECT CASE CAST(:spend_weight AS integer) WHEN 0 THEN 0 ELSE CAST(:spend_weight AS integer) * width_bucket(coalesce(CAST(sum(d.spend) AS bigint), 0), CAST(:spend_cuts AS bigint[])) END
              + CASE CAST(:orders_weight AS integer) WHEN 0 THEN 0 ELSE CAST(:orders_weight AS integer) * width_bucket(coalesce(CAST(sum(d.orders) AS bigint), 0), CAST(:orders_cuts AS bigint[])) END
              + CASE CAST(:largest_weight AS integer) WHEN 0 THEN 0 ELSE CAST(:largest_weight AS integer) * width_bucket(coalesce(max(d.largest), 0), CAST(:largest_cuts AS bigint[])) END
              + CASE CAST(:points_weight AS integer) WHEN 0 THEN 0 ELSE CAST(:points_weight AS integer) * width_bucket(coalesce(CAST(sum(d.points) AS bigint), 0), CAST(:points_cuts AS bigint[])) END
                AS signature
           FROM day_totals d
          WHERE d.member_id = turned.member_id
            AND d.day BETWEEN (CAST(:firsts AS date[]))[turned.number + 1]
                          AND (CAST(:lasts AS date[]))[turned.number + 1]) s
   WHERE p.program_id = CAST(:program_id AS uuid)
     AND p.ladder = CAST(:ladder AS text)
     AND p.level_key = ANY (CAST(:levels AS text[]))
     AND p.state = 'held'
     AND p.review_on IS NULL
), begun AS (
  SELECT judged.*, min(number) FILTER (WHERE outcome > 0) OVER (PARTITION BY member_id) AS begin
    FROM judged
), paths AS (
  SELECT member_id, level_key,
         max(since_on) FILTER (WHERE since_on > CAST(:stayed_since AS date)) AS since,
         array_agg(number * CAST(:signatures AS integer) + signature ORDER BY number)
           FILTER (WHERE number = begin OR CAST(:waits AS boolean) OR rising) AS path
    FROM (SELECT begun.*, bool_or(outcome = 2 AND number = begin) OVER (PARTITION BY member_id) AS rising
            FROM begun WHERE number >= begin) AS one
   WHERE NOT EXISTS (
         SELECT 1 FROM overrides o WHERE o.program_id = CAST(:program_id AS uuid) AND o.member_id = one.member_id AND o.removed_at IS NULL
            AND (o.until_on IS NULL OR o.until_on >= CAST(:as_of AS date)))
     AND NOT EXISTS (
         SELECT 1 FROM representations r
          WHERE CAST(:sleeping AS boolean) AND r.program_id = CAST(:program_id AS uuid) AND r.member_id = one.member_id
            AND r.from_on <= CAST(:as_of AS date) AND (r.until_on IS NULL OR r.until_on >= CAST(:as_of AS date)))
     AND NOT EXISTS (SELECT 1 FROM contracts k WHERE k.program_id = CAST(:program_id AS uuid) AND k.member_id = one.member_id AND k.until_on < CAST(:as_of AS date))
   GROUP BY member_id, level_key
)
SELECT level_key, since, path, count(*) AS members,
       (array_agg(member_id ORDER BY member_id))[1:CAST(:most AS integer)] AS some,
       (array_agg(member_id ORDER BY member_id)
         FILTER (WHERE member_id > CAST(:after AS uuid)))[1:CAST(:most AS integer)] AS behind
  FROM paths
 GROUP BY level_key, since, path
