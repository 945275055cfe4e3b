"""What a tier is worth: points, keys of status tokens, erasures, insight."""

from alembic import op

revision = "20261122_worth"
down_revision = "20261122_pushes"
branch_labels = None
depends_on = None

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
)
UNDO: tuple[str, ...] = (
    "DROP INDEX points_entries_program_id_customer_id_idx",
    "ALTER TABLE points_entries DROP COLUMN customer_id",
    "ALTER TABLE points_entries DROP COLUMN activity_id",
    "ALTER TABLE points_entries DROP COLUMN level_key",
    "ALTER TABLE points_entries DROP COLUMN recorded",
    "ALTER TABLE orders DROP COLUMN multiplier",
    "UPDATE program_versions SET definition = definition #- '{settings,effective_tier}'",
    "DROP INDEX overrides_program_id_until_on_id_idx",
    "DROP TABLE push_looks",
    "DROP TABLE token_keys",
)


def upgrade() -> None:
    for statement in STATEMENTS:
        op.execute(statement)


def downgrade() -> None:
    for statement in UNDO:
        op.execute(statement)
