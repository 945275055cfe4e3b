-- A slice of a walk is done; with `finished_at` the whole of it.
UPDATE push_sweeps
   SET after_member = CAST(:after_member AS uuid),
       members_done = members_done + CAST(:members AS integer),
       finished_at = CAST(:finished_at AS timestamptz)
 WHERE target_id = CAST(:target_id AS uuid) AND key = CAST(:key AS text)
