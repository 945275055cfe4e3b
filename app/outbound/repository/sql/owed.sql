-- Committed changes without a number, oldest first; none of the programs in `but`.
-- Contract: every member's in the order of `seq`, without leaving out an older one, also where
-- the clocks of two replicas differed.
WITH oldest AS (
  SELECT member_id, seq FROM changes
   WHERE feed_seq IS NULL AND program_id <> ALL (CAST(:but AS uuid[]))
   ORDER BY recorded_at, member_id, seq
   LIMIT CAST(:most AS integer)
), tops AS (
  SELECT member_id, max(seq) AS seq FROM oldest GROUP BY member_id
)
SELECT c.program_id, c.member_id, c.seq, c.type, c.ladder, c.direction, c.occasion
  FROM tops
  JOIN changes c ON c.member_id = tops.member_id AND c.seq <= tops.seq
 WHERE c.feed_seq IS NULL
 ORDER BY max(c.recorded_at) OVER (PARTITION BY c.member_id ORDER BY c.seq), c.member_id, c.seq
