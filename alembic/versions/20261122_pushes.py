"""Push targets, and what each platform has acknowledged."""

from alembic import op

revision = "20261122_pushes"
down_revision = "20261122_imports"
branch_labels = None
depends_on = None

STATEMENTS: tuple[str, ...] = (
    """
    CREATE TABLE push_targets (
        id UUID NOT NULL,
        program_id UUID NOT NULL,
        platform TEXT NOT NULL,
        url TEXT NOT NULL,
        ladder TEXT NOT NULL,
        mapping JSONB NOT NULL,
        sealed BYTEA NOT NULL,
        per_second INTEGER NOT NULL,
        enabled BOOLEAN NOT NULL,
        description TEXT,
        version INTEGER NOT NULL,
        created_at TIMESTAMP WITH TIME ZONE NOT NULL,
        updated_at TIMESTAMP WITH TIME ZONE NOT NULL,
        deleted_at TIMESTAMP WITH TIME ZONE,
        feed_seq BIGINT NOT NULL,
        holder TEXT,
        term BIGINT DEFAULT 0 NOT NULL,
        lease_until TIMESTAMP WITH TIME ZONE,
        ready_at TIMESTAMP WITH TIME ZONE,
        failures INTEGER DEFAULT 0 NOT NULL,
        error TEXT,
        error_at TIMESTAMP WITH TIME ZONE,
        CONSTRAINT push_targets_pkey PRIMARY KEY (id),
        CONSTRAINT push_targets_platform_check CHECK (platform IN ('shopify', 'woocommerce', 'cs_cart')),
        CONSTRAINT push_targets_per_second_check CHECK (per_second >= 1),
        CONSTRAINT push_targets_version_check CHECK (version >= 1),
        CONSTRAINT push_targets_failures_check CHECK (failures >= 0)
    )
    """,
    "CREATE UNIQUE INDEX push_targets_shop_key ON push_targets (program_id, platform, url, ladder) WHERE deleted_at IS NULL",
    """
    CREATE TABLE pushes (
        target_id UUID NOT NULL,
        member_id UUID NOT NULL,
        program_id UUID NOT NULL,
        state TEXT NOT NULL,
        desired JSONB NOT NULL,
        acknowledged JSONB,
        given TEXT[] DEFAULT '{}' NOT NULL,
        reason TEXT,
        priority INTEGER NOT NULL,
        attempts INTEGER DEFAULT 0 NOT NULL,
        retry_at TIMESTAMP WITH TIME ZONE NOT NULL,
        error TEXT,
        acknowledged_at TIMESTAMP WITH TIME ZONE,
        CONSTRAINT pushes_pkey PRIMARY KEY (target_id, member_id),
        CONSTRAINT pushes_state_check CHECK (state IN ('pending', 'failed', 'acknowledged', 'skipped')),
        CONSTRAINT pushes_attempts_check CHECK (attempts >= 0),
        CONSTRAINT pushes_reason_check CHECK ((state = 'skipped') = (reason IS NOT NULL))
    )
    """,
    "CREATE INDEX pushes_target_id_priority_retry_at_idx ON pushes (target_id, priority, retry_at) WHERE state IN ('pending', 'failed')",
    "CREATE INDEX pushes_target_id_state_member_id_idx ON pushes (target_id, state, member_id)",
    """
    CREATE TABLE push_sweeps (
        target_id UUID NOT NULL,
        key TEXT NOT NULL,
        program_id UUID NOT NULL,
        occasion TEXT NOT NULL,
        rereads BOOLEAN NOT NULL,
        after_member UUID,
        members_done INTEGER DEFAULT 0 NOT NULL,
        created_at TIMESTAMP WITH TIME ZONE NOT NULL,
        finished_at TIMESTAMP WITH TIME ZONE,
        CONSTRAINT push_sweeps_pkey PRIMARY KEY (target_id, key),
        CONSTRAINT push_sweeps_occasion_check CHECK (occasion IN ('backfill', 'nightly', 'published', 'edited', 'resync')),
        CONSTRAINT push_sweeps_members_done_check CHECK (members_done >= 0)
    )
    """,
    "CREATE INDEX push_sweeps_target_id_created_at_idx ON push_sweeps (target_id, created_at) WHERE finished_at IS NULL",
    "CREATE UNIQUE INDEX push_sweeps_resync_key ON push_sweeps (target_id) WHERE occasion = 'resync' AND finished_at IS NULL",
)
UNDO: tuple[str, ...] = ("DROP TABLE push_sweeps", "DROP TABLE pushes", "DROP TABLE push_targets")


def upgrade() -> None:
    for statement in STATEMENTS:
        op.execute(statement)


def downgrade() -> None:
    for statement in UNDO:
        op.execute(statement)
