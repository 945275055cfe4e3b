-- Whether there is any key of any program, or of root.
SELECT EXISTS (SELECT FROM api_keys) AS found
