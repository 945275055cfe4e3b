"""Endpoints, messages, deliveries and their attempts."""

from alembic import op

revision = "20261122_outbound"
down_revision = "20261122_sources"
branch_labels = None
depends_on = None

STATEMENTS = (
    """
    CREATE TABLE attempts (
        endpoint_id UUID NOT NULL,
        feed_seq BIGINT NOT NULL,
        number INTEGER NOT NULL,
        program_id UUID NOT NULL,
        at TIMESTAMP WITH TIME ZONE NOT NULL,
        status INTEGER,
        milliseconds INTEGER NOT NULL,
        error TEXT,
        answer TEXT,
        CONSTRAINT attempts_pkey PRIMARY KEY (endpoint_id, feed_seq, number)
    )
    """,
    "CREATE INDEX attempts_at_idx ON attempts (at)",
    """
    CREATE TABLE deliveries (
        endpoint_id UUID NOT NULL,
        feed_seq BIGINT NOT NULL,
        program_id UUID NOT NULL,
        member_id UUID NOT NULL,
        state TEXT DEFAULT 'pending' NOT NULL,
        replay BOOLEAN DEFAULT false NOT NULL,
        tries INTEGER DEFAULT 0 NOT NULL,
        attempts INTEGER DEFAULT 0 NOT NULL,
        term INTEGER DEFAULT 0 NOT NULL,
        retry_at TIMESTAMP WITH TIME ZONE,
        lease_until TIMESTAMP WITH TIME ZONE,
        created_at TIMESTAMP WITH TIME ZONE NOT NULL,
        ended_at TIMESTAMP WITH TIME ZONE,
        CONSTRAINT deliveries_pkey PRIMARY KEY (endpoint_id, feed_seq),
        CONSTRAINT deliveries_state_check CHECK (state IN ('pending', 'delivered', 'exhausted')),
        CONSTRAINT deliveries_tries_check CHECK (tries >= 0),
        CONSTRAINT deliveries_ended_check CHECK (state = 'pending' OR (retry_at IS NULL AND lease_until IS NULL))
    ) WITH (fillfactor = 80)
    """,
    "CREATE INDEX deliveries_endpoint_id_feed_seq_idx ON deliveries (endpoint_id, feed_seq) WHERE state = 'exhausted'",
    "CREATE INDEX deliveries_endpoint_id_member_id_feed_seq_idx ON deliveries (endpoint_id, member_id, feed_seq) WHERE state = 'pending'",
    "CREATE INDEX deliveries_endpoint_id_retry_at_feed_seq_idx ON deliveries (endpoint_id, retry_at, feed_seq) WHERE retry_at IS NOT NULL",
    """
    CREATE TABLE endpoints (
        id UUID NOT NULL,
        program_id UUID NOT NULL,
        url TEXT NOT NULL,
        events TEXT[] NOT NULL,
        description TEXT NOT NULL,
        format TEXT NOT NULL,
        enabled BOOLEAN DEFAULT true NOT NULL,
        disabled_reason TEXT,
        disabled_at TIMESTAMP WITH TIME ZONE,
        secret BYTEA NOT NULL,
        old_secret BYTEA,
        old_secret_until TIMESTAMP WITH TIME ZONE,
        since_feed_seq BIGINT NOT NULL,
        failing_since TIMESTAMP WITH TIME ZONE,
        slowdown INTEGER DEFAULT 0 NOT NULL,
        slowed_until TIMESTAMP WITH TIME ZONE,
        holder TEXT,
        lease_until TIMESTAMP WITH TIME ZONE,
        replay_after BIGINT,
        replay_through BIGINT,
        created_at TIMESTAMP WITH TIME ZONE NOT NULL,
        deleted_at TIMESTAMP WITH TIME ZONE,
        CONSTRAINT endpoints_pkey PRIMARY KEY (id),
        CONSTRAINT endpoints_format_check CHECK (format IN ('standard', 'cloudevents')),
        CONSTRAINT endpoints_disabled_reason_check CHECK (disabled_reason IN ('by_hand', 'gone', 'failing')),
        CONSTRAINT endpoints_reason_check CHECK (enabled = (disabled_reason IS NULL))
    )
    """,
    "CREATE INDEX endpoints_deleted_at_idx ON endpoints (deleted_at) WHERE deleted_at IS NOT NULL",
    "CREATE INDEX endpoints_program_id_id_idx ON endpoints (program_id, id)",
    "CREATE INDEX endpoints_replay_after_idx ON endpoints (replay_after) WHERE replay_after IS NOT NULL",
    """
    CREATE TABLE messages (
        program_id UUID NOT NULL,
        feed_seq BIGINT NOT NULL,
        member_id UUID NOT NULL,
        type TEXT NOT NULL,
        timestamp TEXT NOT NULL,
        data BYTEA NOT NULL,
        CONSTRAINT messages_pkey PRIMARY KEY (program_id, feed_seq)
    )
    """,
    "CREATE INDEX messages_member_id_idx ON messages (member_id)",
)
UNDO = (
    "DROP TABLE messages",
    "DROP TABLE endpoints",
    "DROP TABLE deliveries",
    "DROP TABLE attempts",
)


def upgrade() -> None:
    for statement in STATEMENTS:
        op.execute(statement)


def downgrade() -> None:
    for statement in UNDO:
        op.execute(statement)
