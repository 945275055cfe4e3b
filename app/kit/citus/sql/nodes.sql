-- Whether the coordinator is a node itself, and how many nodes take rows.
SELECT coalesce(bool_or(groupid = 0), false) AS registered,
       count(*) FILTER (WHERE shouldhaveshards AND isactive AND noderole = 'primary') AS workers
  FROM pg_dist_node
