"""What a tier is worth: points, keys of status tokens, erasures, insight."""

from alembic import op

revision = "20261122_worth"
down_revision = "20261122_pushes"
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
