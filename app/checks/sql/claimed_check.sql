-- What a claimed slice belongs to, and how many members its check counts in how many slices.
SELECT c.occasion, c.as_of, c.since, c.keep_version, c.dry_run, c.force, c.members_total,
       (SELECT count(*) FROM check_slices s WHERE s.check_id = c.id) AS slices
  FROM checks c
 WHERE c.id = CAST(:id AS uuid)
