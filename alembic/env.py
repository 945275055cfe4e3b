"""Runs the revisions on the connection that `app.kit.migrations` gives."""

from alembic import context

from app.models import metadata

context.configure(
    connection=context.config.attributes["connection"],
    target_metadata=metadata,
    transaction_per_migration=True,
)
with context.begin_transaction():
    context.run_migrations()
