"""What the role of the service may do in the database; its owner alone migrates."""

from collections.abc import Mapping

from sqlalchemy import Connection, text

SERVICE = "tiers_app"

EXISTS = text("SELECT 1 FROM pg_roles WHERE rolname = :name")
TABLES = text("SELECT tablename FROM pg_tables WHERE schemaname = current_schema()")
FUNCTIONS = text(
    "SELECT CAST(oid AS regprocedure) FROM pg_proc"
    " WHERE pronamespace = to_regnamespace(current_schema()) AND prosecdef"
)
EVERYWHERE = "SELECT, INSERT, UPDATE, DELETE"


def grant(connection: Connection, kept: Mapping[str, str]) -> None:
    """Give `tiers_app`, where there is such a role, what the service needs and no more.

    `kept`: the tables whose rows it must not change or delete at will, with what it may. To be
    repeated after each migration.
    """
    if connection.scalar(EXISTS, {"name": SERVICE}) is None:
        return
    tables = set(connection.scalars(TABLES))
    for statement in _statements(tables, kept):
        connection.execute(text(statement))
    for function in connection.scalars(FUNCTIONS).all():
        connection.execute(text(f"REVOKE EXECUTE ON FUNCTION {function} FROM PUBLIC"))
        connection.execute(text(f"GRANT EXECUTE ON FUNCTION {function} TO {SERVICE}"))


def _statements(tables: set[str], kept: Mapping[str, str]) -> list[str]:
    changed = ", ".join(sorted(tables - {"alembic_version"}))
    found = [
        f"GRANT SELECT ON alembic_version TO {SERVICE}",
        *([f"GRANT {EVERYWHERE} ON {changed} TO {SERVICE}"] if changed else []),
    ]
    for table, allowed in kept.items():
        if table in tables:
            found.append(f"REVOKE UPDATE, DELETE ON {table} FROM {SERVICE}")
            found += [f"GRANT {allowed} ON {table} TO {SERVICE}"] if allowed else []
    return found
