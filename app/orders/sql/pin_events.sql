-- Says which events are new: those that are answered. Contract: keys come sorted.
INSERT INTO event_refs (event_key, program_id, member_id)
SELECT event_key, CAST(:program_id AS uuid), member_id
  FROM unnest(CAST(:event_keys AS uuid[]), CAST(:member_ids AS uuid[])) AS e (event_key, member_id)
 ORDER BY event_key
ON CONFLICT (event_key) DO NOTHING
RETURNING event_key
