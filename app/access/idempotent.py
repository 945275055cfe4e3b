"""What a POST depends on to be safe to repeat: `dependencies=[Idempotent]`."""

from datetime import datetime
from typing import Annotated
from urllib.parse import unquote
from uuid import UUID

from fastapi import Depends, Header, Request, Response

from app.access.caller import Caller, Identity
from app.access.guard import KnownCall, KnownIdentity, Now
from app.kit.db import Session, Transaction
from app.kit.idempotency import Attempt, claim, store
from app.kit.schemas import Id

NO_PROGRAM = UUID(int=0)
IdempotencyKey = Annotated[
    Id | None,
    Header(
        alias="Idempotency-Key",
        description="A request repeated with this key gets the first answer; another is refused.",
    ),
]


async def in_program(
    request: Request,
    session: Transaction,
    call: KnownCall,
    now: Now,
    key: IdempotencyKey = None,
) -> None:
    """Answer a repeated request as the first, and store the answer of a new one."""
    if key is not None:
        attempt = await _attempt(request, call.identity, call.program_id, key)
        await _claim(request, session, attempt, now)


async def in_no_program(
    request: Request,
    session: Transaction,
    known: KnownIdentity,
    now: Now,
    key: IdempotencyKey = None,
) -> None:
    """The same for what a root key does in no program."""
    if key is not None:
        attempt = await _attempt(request, known, NO_PROGRAM, key)
        await _claim(request, session, attempt, now)


async def _attempt(request: Request, known: Identity, program_id: UUID, key: str) -> Attempt:
    secret = request.headers["authorization"].partition(" ")[2].strip()
    said = _asked(request) + await request.body()
    return Attempt(program_id, known.key_id, secret, key, route_of(request), said)


def _asked(request: Request) -> bytes:
    """What beside the body makes a request another one: a dry run is not what it previews."""
    return f"{request.url.query}\n{request.headers.get('if-match', '')}\n".encode()


def route_of(request: Request) -> str:
    """The path, each of its names spelled in one way: an erasure finds it by them."""
    return unquote(request.url.path)


async def claim_upload(
    request: Request, session: Session, caller: Caller, key: str, said: bytes, now: datetime
) -> None:
    """The same for a body that is too large to be held: `said` stands for it.

    Raises what `kit.idempotency.claim` raises.
    """
    secret = request.headers["authorization"].partition(" ")[2].strip()
    attempt = Attempt(caller.program_id, caller.key_id, secret, key, route_of(request), said)
    await _claim(request, session, attempt, now)


async def _claim(request: Request, session: Transaction, attempt: Attempt, now: Now) -> None:
    async def keep_answer(response: Response) -> None:
        await store(session, attempt, response, now)

    await claim(session, attempt)
    request.state.keep_answer = keep_answer


Idempotent = Depends(in_program)
IdempotentRoot = Depends(in_no_program)
