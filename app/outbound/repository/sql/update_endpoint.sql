-- What a person may change of an endpoint. `since` null: it hears of what it heard of before.
UPDATE endpoints
   SET url = CAST(:url AS text), events = CAST(:events AS text[]),
       description = CAST(:description AS text), format = CAST(:format AS text),
       since_feed_seq = coalesce(CAST(:since AS bigint), since_feed_seq),
       disabled_reason = CASE WHEN CAST(:enabled AS boolean) THEN NULL
                              ELSE coalesce(disabled_reason, 'by_hand') END,
       disabled_at = CASE WHEN CAST(:enabled AS boolean) THEN NULL
                          ELSE coalesce(disabled_at, CAST(:at AS timestamptz)) END,
       failing_since = CASE WHEN enabled THEN failing_since END,
       slowdown = CASE WHEN enabled THEN slowdown ELSE 0 END,
       slowed_until = CASE WHEN enabled THEN slowed_until END,
       enabled = CAST(:enabled AS boolean)
 WHERE program_id = CAST(:program_id AS uuid)
   AND id = CAST(:id AS uuid)
