"""For revisions that make tables: where the database is spread, the new ones are too."""

from alembic import op

SPREAD = "SELECT to_regclass('pg_dist_partition') IS NOT NULL"
STANDS = "SELECT count(*) > 0 FROM pg_dist_partition WHERE logicalrelid = to_regclass('{}')"


def distribute(table: str, by: str, *, beside: str) -> None:
    """Spread a table just made, beside another one. Does nothing where that one is not spread.

    The revision enters the table into `app.models.PLACEMENTS` too: `distribute`, the command, moves
    it where the database is spread later.
    """
    if _stands(beside):
        op.execute(
            f"SELECT create_distributed_table('{table}', '{by}', colocate_with => '{beside}')"
        )


def reference(table: str, *, like: str = "programs") -> None:
    """Copy a table just made to every machine. Does nothing where `like` is not copied either."""
    if _stands(like):
        op.execute(f"SELECT create_reference_table('{table}')")


def _stands(table: str) -> bool:
    connection = op.get_bind()
    if not connection.exec_driver_sql(SPREAD).scalar():
        return False
    return bool(connection.exec_driver_sql(STANDS.format(table)).scalar())
