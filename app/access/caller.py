"""Who calls: the program, the key, and what the key may do."""

from dataclasses import dataclass
from enum import StrEnum
from uuid import UUID


class Scope(StrEnum):
    """What a key may do. No scope implies another."""

    ingest = "ingest"
    read = "read"
    configure = "configure"
    operate = "operate"
    admin = "admin"


ROOT = "root"


@dataclass(frozen=True, slots=True)
class Identity:
    """A key that was verified; `program_id` None is a root key, which has every scope."""

    key_id: str
    program_id: UUID | None
    scopes: frozenset[Scope]

    @property
    def is_root(self) -> bool:
        return self.program_id is None

    @property
    def author(self) -> str:
        """How rows name who wrote them."""
        return f"key:{self.key_id}"


@dataclass(frozen=True, slots=True)
class Caller:
    """Who calls, in the one program that the request is about."""

    program_id: UUID
    key_id: str
    scopes: frozenset[Scope]
    is_root: bool
    request_id: str

    @property
    def author(self) -> str:
        """How rows name who wrote them."""
        return f"key:{self.key_id}"
