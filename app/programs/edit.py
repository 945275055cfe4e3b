"""What an edit is told beside its change, and who previews it."""

from dataclasses import dataclass
from datetime import date, datetime
from typing import Any, Literal, Protocol
from uuid import UUID

from app.kit.db import Session
from app.programs.definition import Definition

Apply = Literal["now", "next_check"]
Existing = Literal["may_fall", "keep"]


class Previewer(Protocol):
    """Evaluates with a definition that is not published; writes nothing."""

    async def __call__(
        self,
        session: Session,
        program_id: UUID,
        definition: Definition,
        as_of: date | None,
        now: datetime,
    ) -> dict[str, Any]: ...


@dataclass(frozen=True, slots=True)
class Edit:
    """One caller's edit. `apply` None: after the program's quiet period.

    `preview` None: the root provided none.
    """

    program_id: UUID
    author: str
    request_id: str
    now: datetime
    if_match: str | None
    preview: Previewer | None
    apply: Apply | None = None
    existing: Existing = "may_fall"
    dry_run: bool = False
    note: str | None = None
