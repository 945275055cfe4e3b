-- The key that stones are made with, sealed. It is the installation's, so no program's.
SELECT sealed FROM erase_keys
