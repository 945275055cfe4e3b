"""The embedded PostgreSQL: a real server with its data in a folder, shared by our processes.

It lives while a process that called `start` lives; the last one to stop ends it. After kill -9
of such a process the server stays, loses nothing, and is adopted by the next `start`.
"""

from app.kit.postgres.backups import Wanted, restore
from app.kit.postgres.dumps import dump
from app.kit.postgres.errors import PostgresUnavailable
from app.kit.postgres.server import Server, embedded, start

__all__ = ["PostgresUnavailable", "Server", "Wanted", "dump", "embedded", "restore", "start"]
