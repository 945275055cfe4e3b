"""Sources, what raw statuses mean, and the work that thin notifications ask for."""

from alembic import op

revision = "20261122_sources"
down_revision = "20261122_engine"
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
