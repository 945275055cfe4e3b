"""Endpoints, messages, deliveries and their attempts."""

from alembic import op

revision = "20261122_outbound"
down_revision = "20261122_sources"
branch_labels = None
depends_on = None

STATEMENTS: tuple[str, ...] = ()
UNDO: tuple[str, ...] = ()


def upgrade() -> None:
    for statement in STATEMENTS:
        op.execute(statement)


def downgrade() -> None:
    for statement in UNDO:
        op.execute(statement)
