-- Locks an endpoint for a turn, and renews its lease if who asks still holds it.
-- The lock is what lets no change get its delivery between an end and the release of the next.
UPDATE endpoints
   SET lease_until = CASE WHEN holder = CAST(:holder AS text) THEN CAST(:until AS timestamptz)
                          ELSE lease_until END
 WHERE program_id = CAST(:program_id AS uuid)
   AND id = CAST(:id AS uuid)
   AND deleted_at IS NULL
RETURNING url, format, enabled, coalesce(holder = CAST(:holder AS text), false) AND enabled
          AS is_ours, secret, old_secret, old_secret_until, failing_since, slowdown, slowed_until
