"""Runs the revisions on the connection that `app.kit.migrations` gives."""

from alembic import context

from app.kit.migrations import note_served
from app.kit.roles import grant
from app.models import KEPT, metadata

connection = context.config.attributes["connection"]
context.configure(
    connection=connection,
    target_metadata=metadata,
    transaction_per_migration=True,
    on_version_apply=lambda ctx, heads, **_: note_served(ctx.connection, next(iter(heads), None)),
)
with context.begin_transaction():
    context.run_migrations()
grant(connection, KEPT)
