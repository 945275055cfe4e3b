"""One statement that is a question of its own: outside of any transaction, straight to the driver.

Alone, a statement sees one instant; what BEGIN, COMMIT and a session around it cost is saved.
"""

from asyncio import CancelledError
from pathlib import Path
from types import SimpleNamespace
from typing import Any

from asyncpg import InterfaceError, PostgresError
from sqlalchemy import make_url
from sqlalchemy.exc import DBAPIError
from sqlalchemy.ext.asyncio import AsyncConnection, AsyncEngine

from app.kit.db import Session, sql

DIALECT = make_url("postgresql+asyncpg://").get_dialect()()


class Glance:
    """The statement of `sql/<name>.sql` beside the module whose `__file__` is given."""

    def __init__(self, module: str, name: str) -> None:
        compiled = sql(module, name).compile(dialect=DIALECT)
        self._name = Path(name).stem
        self._text = str(compiled)
        self._binds = getattr(compiled, "positiontup", None) or ()

    async def row(self, session: Session, **binds: Any) -> Any | None:
        """The only row, its columns as attributes. For a session that has not begun to read."""
        assert not session.in_transaction()
        assert isinstance(session.bind, AsyncEngine)
        async with session.bind.connect() as connection:
            try:
                found = await self._sent(connection, [binds[name] for name in self._binds])
            except (PostgresError, InterfaceError) as error:
                raise DBAPIError(self._name, None, error) from error
            except CancelledError:
                await connection.invalidate()
                raise
        return found and SimpleNamespace(**found)

    async def _sent(self, connection: AsyncConnection, values: list[Any]) -> Any:
        raw = await connection.get_raw_connection()
        driver: Any = raw.driver_connection
        return await driver.fetchrow(self._text, *values)
