-- A5: a move starts where the one before ended (the first at none), goes elsewhere, and versions
-- never go back.
SELECT program_id, count(*) AS violations
  FROM (SELECT program_id, from_level, to_level, version, lag(to_level) OVER moves AS held,
               lag(version) OVER moves AS before
          FROM changes
         WHERE direction IS NOT NULL AND (CAST(:program_id AS uuid) IS NULL OR program_id = CAST(:program_id AS uuid))
        WINDOW moves AS (PARTITION BY member_id, ladder ORDER BY seq)) AS chained
 WHERE from_level IS DISTINCT FROM held OR to_level IS NOT DISTINCT FROM from_level
    OR version < before
 GROUP BY program_id
