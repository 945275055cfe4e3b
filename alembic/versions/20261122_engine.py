"""The engine: programs, members, facts, day totals, positions, changes, checks."""

from alembic import op

revision = "20261122_engine"
down_revision = None
branch_labels = None
depends_on = None

TABLES = [
    "api_keys",
    "changes",
    "check_slices",
    "checks",
    "day_totals",
    "event_refs",
    "exchange_rates",
    "feeds",
    "idempotency_keys",
    "leases",
    "members",
    "order_events",
    "order_refs",
    "orders",
    "overrides",
    "points_entries",
    "positions",
    "program_versions",
    "programs",
    "representations",
]

STATEMENTS = (
    """
    CREATE TABLE api_keys (
        id TEXT NOT NULL,
        program_id UUID,
        secret_hash BYTEA NOT NULL,
        scopes TEXT[] NOT NULL,
        name TEXT,
        author TEXT NOT NULL,
        created_at TIMESTAMP WITH TIME ZONE NOT NULL,
        expires_at TIMESTAMP WITH TIME ZONE,
        last_used_at TIMESTAMP WITH TIME ZONE,
        CONSTRAINT api_keys_pkey PRIMARY KEY (id)
    )
    """,
    "CREATE INDEX api_keys_program_id_idx ON api_keys (program_id)",
    """
    CREATE TABLE changes (
        member_id UUID NOT NULL,
        seq INTEGER NOT NULL,
        program_id UUID NOT NULL,
        feed_seq BIGINT,
        type TEXT NOT NULL,
        ladder TEXT,
        from_level TEXT,
        to_level TEXT,
        from_position INTEGER,
        to_position INTEGER,
        direction TEXT,
        occasion TEXT,
        reason TEXT,
        version INTEGER NOT NULL,
        as_of DATE NOT NULL,
        recorded_at TIMESTAMP WITH TIME ZONE NOT NULL,
        metrics JSONB NOT NULL,
        order_key UUID,
        check_id UUID,
        override_id UUID,
        data JSONB DEFAULT '{}' NOT NULL,
        CONSTRAINT changes_pkey PRIMARY KEY (member_id, seq),
        CONSTRAINT changes_direction_check CHECK (direction IN ('up', 'down')),
        CONSTRAINT changes_seq_check CHECK (seq >= 1),
        CONSTRAINT changes_feed_seq_check CHECK (feed_seq >= 1)
    )
    """,
    "CREATE INDEX changes_check_id_idx ON changes (check_id) WHERE check_id IS NOT NULL",
    "CREATE INDEX changes_program_id_as_of_idx ON changes (program_id, as_of)",
    "CREATE INDEX changes_program_id_feed_seq_idx ON changes (program_id, feed_seq)",
    "CREATE INDEX changes_program_id_recorded_at_idx ON changes (program_id, recorded_at)",
    "CREATE INDEX changes_recorded_at_idx ON changes (recorded_at) WHERE feed_seq IS NULL",
    """
    CREATE TABLE check_slices (
        check_id UUID NOT NULL,
        slice INTEGER NOT NULL,
        program_id UUID NOT NULL,
        after_member UUID NOT NULL,
        through_member UUID NOT NULL,
        state TEXT NOT NULL,
        members_done INTEGER DEFAULT 0 NOT NULL,
        moves_up INTEGER DEFAULT 0 NOT NULL,
        moves_down INTEGER DEFAULT 0 NOT NULL,
        attempts INTEGER DEFAULT 0 NOT NULL,
        lease_until TIMESTAMP WITH TIME ZONE,
        holder TEXT,
        retry_at TIMESTAMP WITH TIME ZONE,
        CONSTRAINT check_slices_pkey PRIMARY KEY (check_id, slice),
        CONSTRAINT check_slices_state_check CHECK (state IN ('queued', 'done'))
    )
    """,
    "CREATE INDEX check_slices_lease_until_idx ON check_slices (lease_until) WHERE state <> 'done'",
    """
    CREATE TABLE checks (
        id UUID NOT NULL,
        program_id UUID NOT NULL,
        occasion TEXT NOT NULL,
        as_of DATE NOT NULL,
        since DATE,
        version INTEGER,
        keep_version INTEGER,
        state TEXT NOT NULL,
        scheduled BOOLEAN DEFAULT false NOT NULL,
        dry_run BOOLEAN DEFAULT false NOT NULL,
        force BOOLEAN DEFAULT false NOT NULL,
        reason TEXT,
        author TEXT NOT NULL,
        request_id TEXT,
        members_total INTEGER DEFAULT 0 NOT NULL,
        members_done INTEGER DEFAULT 0 NOT NULL,
        moves_up INTEGER DEFAULT 0 NOT NULL,
        moves_down INTEGER DEFAULT 0 NOT NULL,
        created_at TIMESTAMP WITH TIME ZONE NOT NULL,
        due_at TIMESTAMP WITH TIME ZONE NOT NULL,
        started_at TIMESTAMP WITH TIME ZONE,
        finished_at TIMESTAMP WITH TIME ZONE,
        error TEXT,
        result JSONB,
        CONSTRAINT checks_pkey PRIMARY KEY (id),
        CONSTRAINT checks_occasion_check CHECK (occasion IN ('check', 'resync', 'rules_changed', 'override', 'import', 'audit')),
        CONSTRAINT checks_state_check CHECK (state IN ('queued', 'running', 'finished', 'cancelled', 'failed')),
        CONSTRAINT checks_members_total_check CHECK (members_total >= 0)
    )
    """,
    "CREATE UNIQUE INDEX checks_active_key ON checks (program_id) WHERE state IN ('queued', 'running') AND occasion <> 'audit'",
    "CREATE UNIQUE INDEX checks_audit_key ON checks (program_id, as_of) WHERE occasion = 'audit'",
    "CREATE INDEX checks_due_at_idx ON checks (due_at) WHERE state IN ('queued', 'running')",
    "CREATE INDEX checks_program_id_created_at_idx ON checks (program_id, created_at)",
    "CREATE UNIQUE INDEX checks_scheduled_key ON checks (program_id, as_of) WHERE scheduled",
    """
    CREATE TABLE day_totals (
        member_id UUID NOT NULL,
        day DATE NOT NULL,
        program_id UUID NOT NULL,
        spend BIGINT NOT NULL,
        orders INTEGER NOT NULL,
        largest BIGINT NOT NULL,
        points BIGINT NOT NULL,
        CONSTRAINT day_totals_pkey PRIMARY KEY (member_id, day) INCLUDE (program_id, spend, orders, largest, points),
        CONSTRAINT day_totals_spend_check CHECK (spend >= 0),
        CONSTRAINT day_totals_orders_check CHECK (orders >= 0),
        CONSTRAINT day_totals_largest_check CHECK (largest >= 0)
    )
    """,
    "CREATE INDEX day_totals_program_id_day_idx ON day_totals (program_id, day)",
    """
    CREATE TABLE event_refs (
        event_key UUID NOT NULL,
        program_id UUID NOT NULL,
        member_id UUID NOT NULL,
        CONSTRAINT event_refs_pkey PRIMARY KEY (event_key)
    )
    """,
    """
    CREATE TABLE exchange_rates (
        program_id UUID NOT NULL,
        currency TEXT NOT NULL,
        day DATE NOT NULL,
        rate NUMERIC NOT NULL,
        set_at TIMESTAMP WITH TIME ZONE NOT NULL,
        CONSTRAINT exchange_rates_pkey PRIMARY KEY (program_id, currency, day)
    )
    """,
    """
    CREATE TABLE feeds (
        program_id UUID NOT NULL,
        feed_seq BIGINT DEFAULT 0 NOT NULL,
        CONSTRAINT feeds_pkey PRIMARY KEY (program_id)
    )
    """,
    """
    CREATE TABLE idempotency_keys (
        program_id UUID NOT NULL,
        key TEXT NOT NULL,
        route TEXT NOT NULL,
        body_hash BYTEA NOT NULL,
        status INTEGER,
        headers JSONB,
        body BYTEA,
        created_at TIMESTAMP WITH TIME ZONE NOT NULL,
        lease_until TIMESTAMP WITH TIME ZONE NOT NULL,
        CONSTRAINT idempotency_keys_pkey PRIMARY KEY (program_id, key, route)
    )
    """,
    "CREATE INDEX idempotency_keys_created_at_idx ON idempotency_keys (created_at)",
    """
    CREATE TABLE leases (
        name TEXT NOT NULL,
        holder TEXT NOT NULL,
        term BIGINT NOT NULL,
        until_at TIMESTAMP WITH TIME ZONE NOT NULL,
        CONSTRAINT leases_pkey PRIMARY KEY (name)
    )
    """,
    """
    CREATE TABLE members (
        member_id UUID NOT NULL,
        program_id UUID NOT NULL,
        kind TEXT NOT NULL,
        external_id TEXT,
        joined_on DATE,
        known_on DATE NOT NULL,
        tags TEXT[] DEFAULT '{}' NOT NULL,
        currency TEXT,
        version BIGINT NOT NULL,
        counting INTEGER NOT NULL,
        change_seq INTEGER DEFAULT 0 NOT NULL,
        decided BOOLEAN DEFAULT false NOT NULL,
        merged_into UUID,
        created_at TIMESTAMP WITH TIME ZONE NOT NULL,
        CONSTRAINT members_pkey PRIMARY KEY (member_id),
        CONSTRAINT members_kind_check CHECK (kind IN ('customer', 'organization', 'guest')),
        CONSTRAINT members_version_check CHECK (version >= 1),
        CONSTRAINT members_change_seq_check CHECK (change_seq >= 0)
    ) WITH (fillfactor = 80)
    """,
    "CREATE INDEX members_program_id_counting_idx ON members (program_id, counting)",
    "CREATE INDEX members_program_id_kind_external_id_idx ON members (program_id, kind, external_id)",
    "CREATE INDEX members_program_id_member_id_idx ON members (program_id, member_id) WHERE NOT decided",
    """
    CREATE TABLE order_events (
        member_id UUID NOT NULL,
        event_key UUID NOT NULL,
        program_id UUID NOT NULL,
        source TEXT NOT NULL,
        event_id TEXT NOT NULL,
        type TEXT NOT NULL,
        order_key UUID,
        version TEXT COLLATE "C",
        occurred_at TIMESTAMP WITH TIME ZONE,
        received_at TIMESTAMP WITH TIME ZONE NOT NULL,
        content_hash BYTEA NOT NULL,
        parsed JSONB,
        raw BYTEA,
        outcome TEXT NOT NULL,
        reason TEXT,
        detail TEXT,
        CONSTRAINT order_events_pkey PRIMARY KEY (member_id, event_key),
        CONSTRAINT order_events_outcome_check CHECK (outcome IN ('accepted', 'superseded', 'waiting', 'unconverted', 'quarantined'))
    )
    """,
    "CREATE INDEX order_events_order_key_idx ON order_events (order_key)",
    "CREATE INDEX order_events_program_id_outcome_idx ON order_events (program_id, outcome) WHERE outcome IN ('quarantined', 'waiting')",
    "CREATE INDEX order_events_program_id_received_at_event_key_idx ON order_events (program_id, received_at, event_key)",
    """
    CREATE TABLE order_refs (
        order_key UUID NOT NULL,
        program_id UUID NOT NULL,
        member_id UUID NOT NULL,
        first_seen_at TIMESTAMP WITH TIME ZONE NOT NULL,
        CONSTRAINT order_refs_pkey PRIMARY KEY (order_key)
    )
    """,
    """
    CREATE TABLE orders (
        member_id UUID NOT NULL,
        order_key UUID NOT NULL,
        program_id UUID NOT NULL,
        source TEXT NOT NULL,
        order_id TEXT NOT NULL,
        customer_id UUID,
        organization_id UUID,
        version TEXT COLLATE "C",
        state JSONB,
        history JSONB NOT NULL,
        refunds JSONB NOT NULL,
        currency TEXT,
        rate_from TEXT,
        refunded NUMERIC DEFAULT 0 NOT NULL,
        over_refunded BOOLEAN DEFAULT false NOT NULL,
        date_substituted BOOLEAN DEFAULT false NOT NULL,
        basis_substituted BOOLEAN DEFAULT false NOT NULL,
        counted_on DATE,
        counted_amount BIGINT DEFAULT 0 NOT NULL,
        excluded_because TEXT,
        CONSTRAINT orders_pkey PRIMARY KEY (member_id, order_key),
        CONSTRAINT orders_excluded_because_check CHECK (excluded_because IN ('waiting', 'status', 'guest', 'refunded', 'unconverted', 'deleted')),
        CONSTRAINT orders_counted_amount_check CHECK (counted_amount >= 0)
    )
    """,
    "CREATE INDEX orders_member_id_counted_on_idx ON orders (member_id, counted_on)",
    "CREATE INDEX orders_program_id_currency_counted_on_idx ON orders (program_id, currency, counted_on) WHERE rate_from = 'table'",
    "CREATE INDEX orders_program_id_customer_id_idx ON orders (program_id, customer_id)",
    """
    CREATE TABLE overrides (
        member_id UUID NOT NULL,
        id UUID NOT NULL,
        program_id UUID NOT NULL,
        ladder TEXT NOT NULL,
        mode TEXT NOT NULL,
        level_key TEXT,
        reason TEXT NOT NULL,
        author TEXT NOT NULL,
        request_id TEXT,
        from_on DATE NOT NULL,
        until_on DATE,
        recorded BIGINT NOT NULL,
        set_on DATE NOT NULL,
        created_at TIMESTAMP WITH TIME ZONE NOT NULL,
        removed_at TIMESTAMP WITH TIME ZONE,
        removed_by TEXT,
        CONSTRAINT overrides_pkey PRIMARY KEY (member_id, id),
        CONSTRAINT overrides_mode_check CHECK (mode IN ('exact', 'floor', 'ceiling', 'freeze', 'nudge')),
        CONSTRAINT overrides_days_check CHECK (until_on >= from_on)
    )
    """,
    "CREATE INDEX overrides_id_idx ON overrides (id)",
    "CREATE INDEX overrides_program_id_from_on_idx ON overrides (program_id, from_on)",
    """
    CREATE TABLE points_entries (
        member_id UUID NOT NULL,
        entry_id UUID NOT NULL,
        program_id UUID NOT NULL,
        kind TEXT NOT NULL,
        points BIGINT NOT NULL,
        day DATE NOT NULL,
        order_key UUID,
        reason TEXT,
        author TEXT,
        recorded_at TIMESTAMP WITH TIME ZONE NOT NULL,
        CONSTRAINT points_entries_pkey PRIMARY KEY (member_id, entry_id),
        CONSTRAINT points_entries_kind_check CHECK (kind IN ('earned', 'bonus', 'adjusted', 'redeemed'))
    )
    """,
    "CREATE INDEX points_entries_member_id_day_idx ON points_entries (member_id, day)",
    "CREATE INDEX points_entries_order_key_idx ON points_entries (order_key) WHERE order_key IS NOT NULL",
    """
    CREATE TABLE positions (
        member_id UUID NOT NULL,
        ladder TEXT NOT NULL,
        program_id UUID NOT NULL,
        position INTEGER NOT NULL,
        level_key TEXT,
        since_on DATE,
        state TEXT NOT NULL,
        grace_until DATE,
        review_on DATE,
        change_seq INTEGER DEFAULT 0 NOT NULL,
        CONSTRAINT positions_pkey PRIMARY KEY (member_id, ladder),
        CONSTRAINT positions_state_check CHECK (state IN ('held', 'at_risk', 'pending_upgrade')),
        CONSTRAINT positions_position_check CHECK (position >= 0),
        CONSTRAINT positions_change_seq_check CHECK (change_seq >= 0),
        CONSTRAINT positions_level_check CHECK ((position = 0) = (level_key IS NULL))
    )
    """,
    "CREATE INDEX positions_program_id_ladder_level_key_idx ON positions (program_id, ladder, level_key)",
    "CREATE INDEX positions_program_id_review_on_idx ON positions (program_id, review_on) WHERE review_on IS NOT NULL",
    """
    CREATE TABLE program_versions (
        program_id UUID NOT NULL,
        version INTEGER NOT NULL,
        definition JSONB NOT NULL,
        removed JSONB NOT NULL,
        counting INTEGER NOT NULL,
        author TEXT NOT NULL,
        request_id TEXT,
        note TEXT,
        published_at TIMESTAMP WITH TIME ZONE NOT NULL,
        CONSTRAINT program_versions_pkey PRIMARY KEY (program_id, version)
    )
    """,
    """
    CREATE TABLE programs (
        id UUID NOT NULL,
        key TEXT NOT NULL,
        name TEXT NOT NULL,
        version INTEGER NOT NULL,
        counting INTEGER NOT NULL,
        sandbox_day DATE,
        checked_on DATE,
        overrides_on DATE,
        recheck_at TIMESTAMP WITH TIME ZONE,
        recheck_occasion TEXT,
        recheck_keep INTEGER,
        created_at TIMESTAMP WITH TIME ZONE NOT NULL,
        CONSTRAINT programs_pkey PRIMARY KEY (id),
        CONSTRAINT programs_key_key UNIQUE (key),
        CONSTRAINT programs_version_check CHECK (version >= 1),
        CONSTRAINT programs_counting_check CHECK (counting >= 1)
    )
    """,
    """
    CREATE TABLE representations (
        member_id UUID NOT NULL,
        organization_id UUID NOT NULL,
        from_on DATE NOT NULL,
        program_id UUID NOT NULL,
        until_on DATE,
        recorded BIGINT NOT NULL,
        CONSTRAINT representations_pkey PRIMARY KEY (member_id, organization_id, from_on),
        CONSTRAINT representations_days_check CHECK (until_on >= from_on)
    )
    """,
    "CREATE INDEX representations_program_id_organization_id_idx ON representations (program_id, organization_id)",
)


def upgrade() -> None:
    for statement in STATEMENTS:
        op.execute(statement)


def downgrade() -> None:
    for table in reversed(TABLES):
        op.execute(f"DROP TABLE {table}")
