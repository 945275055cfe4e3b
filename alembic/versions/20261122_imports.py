"""Imports under way, and what became of them."""

from alembic import op

revision = "20261122_imports"
down_revision = "20261122_outbound"
branch_labels = None
depends_on = None

STATEMENTS: tuple[str, ...] = (
    """
    CREATE TABLE imports (
        id UUID NOT NULL,
        program_id UUID NOT NULL,
        kind TEXT NOT NULL,
        form TEXT NOT NULL,
        encoding TEXT NOT NULL,
        source TEXT,
        filename TEXT,
        keeping JSONB,
        key_id TEXT NOT NULL,
        request_id TEXT,
        state TEXT NOT NULL,
        ends_as TEXT DEFAULT 'finished' NOT NULL,
        bytes_total BIGINT DEFAULT 0 NOT NULL,
        bytes_done BIGINT DEFAULT 0 NOT NULL,
        digest BYTEA,
        lines_done INTEGER DEFAULT 0 NOT NULL,
        rows_done INTEGER DEFAULT 0 NOT NULL,
        outcomes JSONB DEFAULT '{}' NOT NULL,
        compared JSONB DEFAULT '[]' NOT NULL,
        decided_through UUID,
        moves_up INTEGER DEFAULT 0 NOT NULL,
        moves_down INTEGER DEFAULT 0 NOT NULL,
        error TEXT,
        created_at TIMESTAMP WITH TIME ZONE NOT NULL,
        started_at TIMESTAMP WITH TIME ZONE,
        finished_at TIMESTAMP WITH TIME ZONE,
        attempts INTEGER DEFAULT 0 NOT NULL,
        claims INTEGER DEFAULT 0 NOT NULL,
        holder TEXT,
        lease_until TIMESTAMP WITH TIME ZONE,
        retry_at TIMESTAMP WITH TIME ZONE,
        CONSTRAINT imports_pkey PRIMARY KEY (id),
        CONSTRAINT imports_kind_check CHECK (kind IN ('orders', 'customers', 'organizations', 'representatives', 'overrides', 'tiers')),
        CONSTRAINT imports_state_check CHECK (state IN ('receiving', 'queued', 'running', 'deciding', 'finished', 'cancelled', 'failed')),
        CONSTRAINT imports_ends_as_check CHECK (ends_as IN ('finished', 'cancelled', 'failed')),
        CONSTRAINT imports_bytes_total_check CHECK (bytes_total >= 0),
        CONSTRAINT imports_bytes_done_check CHECK (bytes_done BETWEEN 0 AND bytes_total),
        CONSTRAINT imports_lines_done_check CHECK (lines_done >= 0)
    )
    """,
    "CREATE INDEX imports_lease_until_idx ON imports (lease_until) WHERE state IN ('receiving', 'queued', 'running', 'deciding')",
    "CREATE INDEX imports_program_id_created_at_idx ON imports (program_id, created_at)",
    """
    CREATE TABLE import_chunks (
        import_id UUID NOT NULL,
        number INTEGER NOT NULL,
        program_id UUID NOT NULL,
        content BYTEA NOT NULL,
        CONSTRAINT import_chunks_pkey PRIMARY KEY (import_id, number)
    )
    """,
    """
    CREATE TABLE import_findings (
        import_id UUID NOT NULL,
        line INTEGER NOT NULL,
        word TEXT NOT NULL,
        program_id UUID NOT NULL,
        field TEXT,
        event_id TEXT,
        reason TEXT NOT NULL,
        detail TEXT,
        member_id UUID,
        holder_id UUID,
        said JSONB,
        CONSTRAINT import_findings_pkey PRIMARY KEY (import_id, line, word),
        CONSTRAINT import_findings_word_check CHECK (word IN ('refused', 'differs', 'kept', 'not_kept'))
    )
    """,
    """
    CREATE TABLE exchange_sessions (
        id UUID NOT NULL,
        program_id UUID NOT NULL,
        source_id UUID NOT NULL,
        secret_id UUID NOT NULL,
        token_hash BYTEA NOT NULL,
        used_at TIMESTAMP WITH TIME ZONE NOT NULL,
        CONSTRAINT exchange_sessions_pkey PRIMARY KEY (id),
        CONSTRAINT exchange_sessions_token_hash_key UNIQUE (token_hash)
    )
    """,
    "CREATE INDEX exchange_sessions_source_id_idx ON exchange_sessions (source_id)",
    """
    CREATE TABLE exchange_files (
        id UUID NOT NULL,
        program_id UUID NOT NULL,
        source_id UUID NOT NULL,
        session_id UUID NOT NULL,
        name TEXT NOT NULL,
        state TEXT DEFAULT 'receiving' NOT NULL,
        bytes BIGINT DEFAULT 0 NOT NULL,
        parts INTEGER DEFAULT 0 NOT NULL,
        orders_done INTEGER DEFAULT 0 NOT NULL,
        outcomes JSONB DEFAULT '{}' NOT NULL,
        told TEXT[] DEFAULT '{}' NOT NULL,
        error TEXT,
        changed_at TIMESTAMP WITH TIME ZONE NOT NULL,
        held_until TIMESTAMP WITH TIME ZONE,
        claims INTEGER DEFAULT 0 NOT NULL,
        attempts INTEGER DEFAULT 0 NOT NULL,
        CONSTRAINT exchange_files_pkey PRIMARY KEY (id),
        CONSTRAINT exchange_files_state_check CHECK (state IN ('receiving', 'done', 'failed')),
        CONSTRAINT exchange_files_bytes_check CHECK (bytes >= 0)
    )
    """,
    "CREATE INDEX exchange_files_session_id_idx ON exchange_files (session_id)",
    "CREATE INDEX exchange_files_changed_at_idx ON exchange_files (changed_at) WHERE state = 'receiving'",
    """
    CREATE TABLE exchange_parts (
        file_id UUID NOT NULL,
        place INTEGER NOT NULL,
        program_id UUID NOT NULL,
        body BYTEA NOT NULL,
        CONSTRAINT exchange_parts_pkey PRIMARY KEY (file_id, place)
    )
    """,
)
UNDO: tuple[str, ...] = (
    "DROP TABLE exchange_parts",
    "DROP TABLE exchange_files",
    "DROP TABLE exchange_sessions",
    "DROP TABLE import_findings",
    "DROP TABLE import_chunks",
    "DROP TABLE imports",
)


def upgrade() -> None:
    for statement in STATEMENTS:
        op.execute(statement)


def downgrade() -> None:
    for statement in UNDO:
        op.execute(statement)
