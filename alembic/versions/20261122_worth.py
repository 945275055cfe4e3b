"""What a tier is worth: points, keys of status tokens, erasures, insight."""

from alembic import op

revision = "20261122_worth"
down_revision = "20261122_pushes"
branch_labels = None
depends_on = None

# An erasure changes evidence by these alone, so that the service's role need not.
ERASING = (
    """
    CREATE FUNCTION erase_facts(of_program uuid, of_orders uuid[], of_homes uuid[],
                                of_events uuid[], of_members uuid[]) RETURNS void
    LANGUAGE plpgsql SECURITY DEFINER SET search_path = pg_catalog, public, pg_temp AS $$
    BEGIN
        UPDATE event_refs
           SET member_id = event_refs.event_key
          FROM order_events
         WHERE order_events.program_id = of_program
           AND (order_events.order_key = ANY (of_orders)
                OR order_events.member_id = ANY (of_members))
           AND event_refs.event_key = order_events.event_key;
        DELETE FROM order_events
         WHERE program_id = of_program AND order_key = ANY (of_orders);
        UPDATE event_refs
           SET member_id = event_key
         WHERE program_id = of_program AND event_key = ANY (of_events);
        DELETE FROM order_events
         USING unnest(of_homes, of_events) AS gone (home, event_key)
         WHERE order_events.program_id = of_program
           AND order_events.member_id = gone.home
           AND order_events.event_key = gone.event_key;
        DELETE FROM order_events
         WHERE program_id = of_program AND member_id = ANY (of_members);
    END
    $$
    """,
    """
    CREATE FUNCTION erase_names(of_program uuid, of_members uuid[], of_events uuid[],
                                to_members uuid[], versions text[], said text[]) RETURNS void
    LANGUAGE plpgsql SECURITY DEFINER SET search_path = pg_catalog, public, pg_temp AS $$
    BEGIN
        UPDATE event_refs
           SET member_id = told.home
          FROM unnest(of_events, to_members) AS told (event_key, home)
         WHERE event_refs.program_id = of_program AND event_refs.event_key = told.event_key;
        UPDATE order_events
           SET member_id = told.home, version = told.version, parsed = CAST(told.said AS jsonb),
               event_id = CAST(order_events.event_key AS text), content_hash = '', raw = NULL,
               headers = NULL, detail = NULL
          FROM unnest(of_members, of_events, to_members, versions, said)
            AS told (member_id, event_key, home, version, said)
         WHERE order_events.program_id = of_program
           AND order_events.member_id = told.member_id
           AND order_events.event_key = told.event_key;
    END
    $$
    """,
    """
    CREATE FUNCTION empty_events(of_program uuid, of_members uuid[], of_events uuid[])
    RETURNS void
    LANGUAGE plpgsql SECURITY DEFINER SET search_path = pg_catalog, public, pg_temp AS $$
    BEGIN
        UPDATE order_events
           SET raw = NULL, headers = NULL, parsed = NULL, detail = NULL, order_key = NULL,
               version = NULL, content_hash = '', reason = 'customer_redacted',
               event_id = CAST(order_events.event_key AS text)
          FROM unnest(of_members, of_events) AS told (member_id, event_key)
         WHERE order_events.program_id = of_program
           AND order_events.member_id = told.member_id
           AND order_events.event_key = told.event_key
           AND order_events.outcome = 'quarantined';
    END
    $$
    """,
    """
    CREATE FUNCTION erase_moves(of_program uuid, of_member uuid, to_member uuid) RETURNS void
    LANGUAGE plpgsql SECURITY DEFINER SET search_path = pg_catalog, public, pg_temp AS $$
    BEGIN
        INSERT INTO changes
        SELECT kept.*
          FROM changes
         CROSS JOIN LATERAL jsonb_populate_record(changes, jsonb_build_object(
               'member_id', to_member, 'order_key', NULL, 'check_id', NULL, 'override_id', NULL,
               'data', CASE WHEN changes.type = 'customer.redacted' THEN changes.data
                            ELSE '{}' END)) AS kept
         WHERE changes.program_id = of_program AND changes.member_id = of_member;
        DELETE FROM changes WHERE program_id = of_program AND member_id = of_member;
    END
    $$
    """,
    """
    CREATE FUNCTION forget_notices(of_program uuid, of_numbers bigint[]) RETURNS void
    LANGUAGE plpgsql SECURITY DEFINER SET search_path = pg_catalog, public, pg_temp AS $$
    BEGIN
        UPDATE changes
           SET data = '{}'
         WHERE program_id = of_program AND feed_seq = ANY (of_numbers)
           AND type = 'customer.redacted';
    END
    $$
    """,
    """
    CREATE FUNCTION erase_points(of_program uuid, of_members uuid[], salt text) RETURNS void
    LANGUAGE plpgsql SECURITY DEFINER SET search_path = pg_catalog, public, pg_temp AS $$
    BEGIN
        DELETE FROM points_entries WHERE program_id = of_program AND member_id = ANY (of_members);
        UPDATE points_entries
           SET customer_id = member_id, activity_id = md5(salt || coalesce(activity_id, ''))
         WHERE program_id = of_program AND customer_id = ANY (of_members);
    END
    $$
    """,
)
UNERASING = (
    "DROP FUNCTION erase_points(uuid, uuid[], text)",
    "DROP FUNCTION forget_notices(uuid, bigint[])",
    "DROP FUNCTION erase_moves(uuid, uuid, uuid)",
    "DROP FUNCTION empty_events(uuid, uuid[], uuid[])",
    "DROP FUNCTION erase_names(uuid, uuid[], uuid[], uuid[], text[], text[])",
    "DROP FUNCTION erase_facts(uuid, uuid[], uuid[], uuid[], uuid[])",
)
STATEMENTS: tuple[str, ...] = (
    """
    CREATE TABLE token_keys (
        kid TEXT NOT NULL,
        state TEXT NOT NULL,
        public TEXT NOT NULL,
        sealed BYTEA NOT NULL,
        created_at TIMESTAMP WITH TIME ZONE NOT NULL,
        retired_at TIMESTAMP WITH TIME ZONE,
        CONSTRAINT token_keys_pkey PRIMARY KEY (kid),
        CONSTRAINT token_keys_state_check CHECK (state IN ('signing', 'retired')),
        CONSTRAINT token_keys_retired_check CHECK ((state = 'retired') = (retired_at IS NOT NULL))
    )
    """,
    "CREATE UNIQUE INDEX token_keys_state_key ON token_keys (state) WHERE state = 'signing'",
    "ALTER TABLE members DROP CONSTRAINT members_kind_check",
    """
    ALTER TABLE members ADD CONSTRAINT members_kind_check
    CHECK (kind IN ('customer', 'organization', 'contract', 'guest'))
    """,
    """
    CREATE TABLE contracts (
        member_id UUID NOT NULL,
        program_id UUID NOT NULL,
        organization_id UUID NOT NULL,
        contract_id TEXT NOT NULL,
        from_on DATE NOT NULL,
        until_on DATE,
        CONSTRAINT contracts_pkey PRIMARY KEY (member_id),
        CONSTRAINT contracts_days_check CHECK (until_on >= from_on)
    )
    """,
    """
    CREATE INDEX contracts_program_id_organization_id_idx
        ON contracts (program_id, organization_id)
    """,
    """
    CREATE TABLE push_looks (
        target_id UUID NOT NULL,
        member_id UUID NOT NULL,
        program_id UUID NOT NULL,
        CONSTRAINT push_looks_pkey PRIMARY KEY (target_id, member_id)
    )
    """,
    """
    CREATE INDEX overrides_program_id_until_on_id_idx ON overrides (program_id, until_on, id)
     WHERE removed_at IS NULL AND mode <> 'nudge'
    """,
    """
    UPDATE program_versions
       SET definition = jsonb_set(definition, '{settings,effective_tier}', '"organization_only"')
     WHERE definition -> 'settings' ->> 'effective_tier' IS NULL
    """,
    "ALTER TABLE imports DROP CONSTRAINT imports_kind_check",
    """
    ALTER TABLE imports ADD CONSTRAINT imports_kind_check CHECK (kind IN
        ('orders', 'customers', 'organizations', 'representatives', 'overrides', 'tiers', 'points'))
    """,
    "ALTER TABLE orders ADD COLUMN multiplier NUMERIC DEFAULT 1",
    "ALTER TABLE orders ALTER COLUMN multiplier DROP DEFAULT",
    "ALTER TABLE points_entries ADD COLUMN recorded BIGINT NOT NULL DEFAULT 0",
    "ALTER TABLE points_entries ADD COLUMN level_key TEXT",
    "ALTER TABLE points_entries ADD COLUMN activity_id TEXT",
    "ALTER TABLE points_entries ADD COLUMN customer_id UUID",
    """
    CREATE INDEX points_entries_program_id_customer_id_idx
        ON points_entries (program_id, customer_id) WHERE customer_id IS NOT NULL
    """,
    """
    CREATE TABLE erase_keys (
        name TEXT NOT NULL,
        sealed BYTEA NOT NULL,
        created_at TIMESTAMP WITH TIME ZONE NOT NULL,
        CONSTRAINT erase_keys_pkey PRIMARY KEY (name),
        CONSTRAINT erase_keys_name_check CHECK (name IN ('erase'))
    )
    """,
    """
    CREATE INDEX members_merged_into_idx ON members (merged_into) WHERE merged_into IS NOT NULL
    """,
    """
    CREATE INDEX order_events_program_id_idx ON order_events (program_id)
     WHERE type LIKE 'customer.%'
    """,
    """
    CREATE INDEX changes_feed_seq_idx ON changes (feed_seq)
     WHERE type = 'customer.redacted' AND data <> '{}'
    """,
    *ERASING,
)
UNDO: tuple[str, ...] = (
    *UNERASING,
    "DROP INDEX changes_feed_seq_idx",
    "DROP INDEX order_events_program_id_idx",
    "DROP INDEX members_merged_into_idx",
    "DROP TABLE erase_keys",
    "DROP INDEX points_entries_program_id_customer_id_idx",
    "ALTER TABLE points_entries DROP COLUMN customer_id",
    "ALTER TABLE points_entries DROP COLUMN activity_id",
    "ALTER TABLE points_entries DROP COLUMN level_key",
    "ALTER TABLE points_entries DROP COLUMN recorded",
    "ALTER TABLE orders DROP COLUMN multiplier",
    "ALTER TABLE imports DROP CONSTRAINT imports_kind_check",
    """
    ALTER TABLE imports ADD CONSTRAINT imports_kind_check CHECK (kind IN
        ('orders', 'customers', 'organizations', 'representatives', 'overrides', 'tiers')) NOT VALID
    """,
    "UPDATE program_versions SET definition = definition #- '{settings,effective_tier}'",
    "DROP INDEX overrides_program_id_until_on_id_idx",
    "DROP TABLE push_looks",
    "DROP TABLE contracts",
    "ALTER TABLE members DROP CONSTRAINT members_kind_check",
    """
    ALTER TABLE members ADD CONSTRAINT members_kind_check
    CHECK (kind IN ('customer', 'organization', 'guest'))
    """,
    "DROP TABLE token_keys",
)


def upgrade() -> None:
    for statement in STATEMENTS:
        op.execute(statement)


def downgrade() -> None:
    for statement in UNDO:
        op.execute(statement)
