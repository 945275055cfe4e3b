-- Something has failed; the shop is asked nothing before `ready_at`, if there is one.
UPDATE push_targets
   SET failures = failures + CAST(:failures AS integer), error = CAST(:error AS text),
       error_at = CAST(:at AS timestamptz),
       ready_at = coalesce(CAST(:ready_at AS timestamptz), ready_at)
 WHERE id = CAST(:id AS uuid) AND term = CAST(:term AS bigint)
