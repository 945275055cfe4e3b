-- Lets others have at once what a stopping worker holds, of whatever program.
UPDATE imports
   SET holder = NULL, lease_until = NULL
 WHERE holder = CAST(:holder AS text)
   AND state IN ('queued', 'running', 'deciding')
