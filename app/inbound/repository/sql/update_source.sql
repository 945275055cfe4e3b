-- A source as an edit leaves it, under the next version.
UPDATE sources
   SET time_zone = CAST(:time_zone AS text),
       currency_map = CAST(:currency_map AS jsonb),
       test = CAST(:test AS boolean),
       allowed_addresses = CAST(:allowed_addresses AS text[]),
       version = version + 1
 WHERE program_id = CAST(:program_id AS uuid) AND id = CAST(:id AS uuid)
