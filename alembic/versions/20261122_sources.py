"""Sources, what raw statuses mean, and the work that thin notifications ask for."""

from alembic import op

revision = "20261122_sources"
down_revision = "20261122_engine"
branch_labels = None
depends_on = None

STATEMENTS: tuple[str, ...] = (
    """
    CREATE TABLE sources (
        id UUID NOT NULL,
        program_id UUID NOT NULL,
        key TEXT NOT NULL,
        token TEXT NOT NULL,
        platform TEXT NOT NULL,
        time_zone TEXT NOT NULL,
        currency_map JSONB NOT NULL,
        test BOOLEAN NOT NULL,
        allowed_addresses TEXT[],
        version INTEGER NOT NULL,
        author TEXT NOT NULL,
        created_at TIMESTAMP WITH TIME ZONE NOT NULL,
        deleted_at TIMESTAMP WITH TIME ZONE,
        CONSTRAINT sources_pkey PRIMARY KEY (id),
        CONSTRAINT sources_version_check CHECK (version >= 1),
        CONSTRAINT sources_token_key UNIQUE (token)
    )
    """,
    "CREATE UNIQUE INDEX sources_program_id_key_key ON sources (program_id, key) WHERE deleted_at IS NULL",
    """
    CREATE TABLE source_secrets (
        id UUID NOT NULL,
        source_id UUID NOT NULL,
        program_id UUID NOT NULL,
        place INTEGER NOT NULL,
        sealed BYTEA NOT NULL,
        created_at TIMESTAMP WITH TIME ZONE NOT NULL,
        last_used_at TIMESTAMP WITH TIME ZONE,
        CONSTRAINT source_secrets_pkey PRIMARY KEY (id)
    )
    """,
    "CREATE INDEX source_secrets_source_id_place_idx ON source_secrets (source_id, place)",
    """
    CREATE TABLE source_counts (
        source_id UUID NOT NULL,
        what TEXT NOT NULL,
        reason TEXT NOT NULL,
        program_id UUID NOT NULL,
        number BIGINT NOT NULL,
        last_at TIMESTAMP WITH TIME ZONE NOT NULL,
        CONSTRAINT source_counts_pkey PRIMARY KEY (source_id, what, reason),
        CONSTRAINT source_counts_what_check CHECK (what IN ('ignored', 'refused'))
    )
    """,
    """
    CREATE TABLE status_maps (
        program_id UUID NOT NULL,
        source TEXT NOT NULL,
        revision INTEGER NOT NULL,
        words JSONB NOT NULL,
        made_at TIMESTAMP WITH TIME ZONE NOT NULL,
        CONSTRAINT status_maps_pkey PRIMARY KEY (program_id, source, revision),
        CONSTRAINT status_maps_revision_check CHECK (revision >= 1)
    )
    """,
    """
    CREATE TABLE remaps (
        program_id UUID NOT NULL,
        source TEXT NOT NULL,
        owes_check BOOLEAN NOT NULL,
        attempts INTEGER NOT NULL,
        retry_at TIMESTAMP WITH TIME ZONE NOT NULL,
        CONSTRAINT remaps_pkey PRIMARY KEY (program_id, source),
        CONSTRAINT remaps_attempts_check CHECK (attempts >= 0)
    )
    """,
    """
    CREATE TABLE inbound_replays (
        id UUID NOT NULL,
        program_id UUID NOT NULL,
        source TEXT,
        reason TEXT,
        state TEXT NOT NULL,
        matching INTEGER NOT NULL,
        seen INTEGER NOT NULL,
        resolved INTEGER NOT NULL,
        after_at TIMESTAMP WITH TIME ZONE NOT NULL,
        after_key UUID NOT NULL,
        holder UUID,
        attempts INTEGER NOT NULL,
        claim_at TIMESTAMP WITH TIME ZONE NOT NULL,
        author TEXT NOT NULL,
        request_id TEXT,
        created_at TIMESTAMP WITH TIME ZONE NOT NULL,
        finished_at TIMESTAMP WITH TIME ZONE,
        CONSTRAINT inbound_replays_pkey PRIMARY KEY (id),
        CONSTRAINT inbound_replays_state_check CHECK (state IN ('queued', 'running', 'finished')),
        CONSTRAINT inbound_replays_seen_check CHECK (seen >= 0),
        CONSTRAINT inbound_replays_resolved_check CHECK (resolved >= 0)
    )
    """,
    "CREATE INDEX inbound_replays_claim_at_idx ON inbound_replays (claim_at) WHERE state <> 'finished'",
    "CREATE UNIQUE INDEX inbound_replays_program_id_key ON inbound_replays (program_id) WHERE state <> 'finished'",
    "ALTER TABLE order_events ADD COLUMN headers JSONB",
    "DROP INDEX order_events_program_id_outcome_idx",
    "CREATE INDEX order_events_program_id_outcome_received_at_event_key_idx ON order_events (program_id, outcome, received_at, event_key) WHERE outcome IN ('quarantined', 'waiting')",
    "CREATE INDEX order_events_received_at_idx ON order_events (received_at) WHERE raw IS NOT NULL",
    "CREATE INDEX orders_member_id_idx ON orders (member_id) WHERE excluded_because = 'unconverted'",
    "ALTER TABLE orders ADD COLUMN map_revision INTEGER",
    "CREATE INDEX orders_program_id_source_map_revision_idx ON orders (program_id, source, map_revision) WHERE map_revision IS NOT NULL",
    """
    CREATE TABLE source_apis (
        source_id UUID NOT NULL,
        program_id UUID NOT NULL,
        url TEXT NOT NULL,
        sealed BYTEA NOT NULL,
        every_minutes INTEGER,
        pause_ms INTEGER NOT NULL,
        set_at TIMESTAMP WITH TIME ZONE NOT NULL,
        next_at TIMESTAMP WITH TIME ZONE NOT NULL,
        error TEXT,
        failed_at TIMESTAMP WITH TIME ZONE,
        answered_at TIMESTAMP WITH TIME ZONE,
        CONSTRAINT source_apis_pkey PRIMARY KEY (source_id),
        CONSTRAINT source_apis_every_minutes_check CHECK (every_minutes >= 1)
    )
    """,
    "CREATE INDEX source_apis_next_at_idx ON source_apis (next_at)",
    """
    CREATE TABLE fetches (
        source_id UUID NOT NULL,
        order_id TEXT NOT NULL,
        notification UUID NOT NULL,
        program_id UUID NOT NULL,
        asked_at TIMESTAMP WITH TIME ZONE NOT NULL,
        due_at TIMESTAMP WITH TIME ZONE NOT NULL,
        attempts INTEGER DEFAULT 0 NOT NULL,
        holder UUID,
        lease_until TIMESTAMP WITH TIME ZONE,
        error TEXT,
        CONSTRAINT fetches_pkey PRIMARY KEY (source_id, order_id, notification),
        CONSTRAINT fetches_attempts_check CHECK (attempts >= 0)
    )
    """,
    "CREATE INDEX fetches_source_id_due_at_idx ON fetches (source_id, due_at)",
    """
    CREATE TABLE polls (
        source_id UUID NOT NULL,
        program_id UUID NOT NULL,
        since_at TIMESTAMP WITH TIME ZONE NOT NULL,
        until_at TIMESTAMP WITH TIME ZONE,
        page TEXT,
        due_at TIMESTAMP WITH TIME ZONE NOT NULL,
        attempts INTEGER DEFAULT 0 NOT NULL,
        holder UUID,
        lease_until TIMESTAMP WITH TIME ZONE,
        orders BIGINT DEFAULT 0 NOT NULL,
        finished_at TIMESTAMP WITH TIME ZONE,
        CONSTRAINT polls_pkey PRIMARY KEY (source_id),
        CONSTRAINT polls_attempts_check CHECK (attempts >= 0)
    )
    """,
    "CREATE INDEX polls_due_at_idx ON polls (due_at)",
)
UNDO: tuple[str, ...] = (
    "DROP TABLE polls",
    "DROP TABLE fetches",
    "DROP TABLE source_apis",
    "DROP INDEX orders_program_id_source_map_revision_idx",
    "ALTER TABLE orders DROP COLUMN map_revision",
    "DROP INDEX orders_member_id_idx",
    "DROP INDEX order_events_received_at_idx",
    "DROP INDEX order_events_program_id_outcome_received_at_event_key_idx",
    "CREATE INDEX order_events_program_id_outcome_idx ON order_events (program_id, outcome) WHERE outcome IN ('quarantined', 'waiting')",
    "ALTER TABLE order_events DROP COLUMN headers",
    "DROP TABLE inbound_replays",
    "DROP TABLE remaps",
    "DROP TABLE status_maps",
    "DROP TABLE source_counts",
    "DROP TABLE source_secrets",
    "DROP TABLE sources",
)


def upgrade() -> None:
    for statement in STATEMENTS:
        op.execute(statement)


def downgrade() -> None:
    for statement in UNDO:
        op.execute(statement)
