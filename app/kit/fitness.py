"""Whether a server may be served from, and what is doubtful about it."""

from dataclasses import dataclass
from datetime import UTC, datetime

OLDEST_SERVER = 150_000
CLOCK_MAY_DIFFER = 30.0


@dataclass(frozen=True, slots=True)
class Facts:
    """What a server says of itself. `connections`: how many are for the likes of us.

    `is_privileged`: our role may do more than serve. `is_near`: on this machine.
    """

    server: int
    fsync: str
    full_page_writes: str
    synchronous_commit: str
    encoding: str
    data_checksums: str
    now: datetime
    connections: int
    is_privileged: bool
    is_near: bool
    is_encrypted: bool

    def faults(self, now: datetime, connections: int, *, is_migrated: bool) -> list[str]:
        """Why it must not be served from, when we want that many connections."""
        away = abs((now - self.now.astimezone(UTC)).total_seconds())
        checks = {
            "The server is older than PostgreSQL 15.": self.server >= OLDEST_SERVER,
            "The server runs with fsync off.": self.fsync == "on",
            "The server runs with full_page_writes off.": self.full_page_writes == "on",
            "The server runs with synchronous_commit off.": self.synchronous_commit != "off",
            "The database's encoding is not UTF8.": self.encoding == "UTF8",
            "The server's clock and ours differ by more than 30 s.": away <= CLOCK_MAY_DIFFER,
            "The pool is larger than the server's connections.": connections <= self.connections,
            "The schema is not one that this code runs on: migrate.": is_migrated,
        }
        return [line for line, good in checks.items() if not good]

    def doubts(self) -> list[str]:
        """What an operator should mend, as events of the log."""
        checks = {
            "database_role_privileged": not self.is_privileged,
            "database_checksums_off": self.data_checksums == "on",
            "database_not_encrypted": self.is_near or self.is_encrypted,
        }
        return [event for event, good in checks.items() if not good]
