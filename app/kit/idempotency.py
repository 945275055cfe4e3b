"""Idempotency keys: the answer of a POST is stored in the transaction of its effect.

Nothing is written before the effect, so a crash leaves nothing to clean up. What is stored is
sealed under the caller's own API key: a dump of the database shows no answer, and no other key
can read it.
"""

import json
from collections.abc import Sequence
from datetime import datetime, timedelta
from hashlib import blake2b, sha256
from typing import NamedTuple
from uuid import UUID

from cryptography.hazmat.primitives.ciphers.aead import AESGCM
from starlette.responses import Response

from app.kit.db import Session, row, run, sql
from app.kit.errors.problem import Conflict, Fault, RequestInvalid

CLAIM = sql(__file__, "idempotency_claim")
STORED = sql(__file__, "idempotency_stored")
STORE = sql(__file__, "idempotency_store")
FORGET = sql(__file__, "idempotency_forget")
FORGET_UNDER = sql(__file__, "idempotency_forget_under")

KEPT = timedelta(hours=25)
NONCE = bytes(12)  # every seal has a key of its own, so a nonce never repeats under one
REPLAYED = "Idempotent-Replayed"
KEPT_HEADERS = {"content-type", "etag", "location"}


class IdempotencyConflict(Conflict):
    """The same request is being worked on now."""

    def __init__(self) -> None:
        super().__init__("A request with this Idempotency-Key is in flight. Try again later.")


class StoredAnswer(Exception):
    """The request was answered before; its transaction has nothing to do."""

    def __init__(self, response: Response) -> None:
        super().__init__("replayed")
        self.response = response


class Attempt(NamedTuple):
    """One POST under an idempotency key; `secret` is what the caller's API key proves."""

    program_id: UUID
    key_id: str
    secret: str
    key: str
    route: str
    body: bytes

    @property
    def name(self) -> str:
        """Keys of different callers never meet."""
        return sha256(f"{self.key_id}\n{self.key}".encode()).hexdigest()

    @property
    def body_hash(self) -> bytes:
        return sha256(self.body).digest()

    @property
    def seal(self) -> AESGCM:
        material = f"{self.program_id}\n{self.route}\n{self.key}".encode()
        secret = blake2b(self.secret.encode()).digest()
        return AESGCM(blake2b(material + self.body_hash, key=secret, digest_size=32).digest())


async def claim(session: Session, attempt: Attempt) -> None:
    """Let one request in.

    Raises StoredAnswer for a repeated request, IdempotencyConflict while one is in flight,
    and RequestInvalid when the key was used for something else.
    """
    lock = blake2b(f"{attempt.program_id}\n{attempt.route}\n{attempt.name}".encode(), digest_size=8)
    number = int.from_bytes(lock.digest(), signed=True)
    claimed = await row(session, CLAIM, lock=number)
    if claimed is None or not claimed.got:
        raise IdempotencyConflict
    found = await row(
        session,
        STORED,
        program_id=attempt.program_id,
        key=attempt.name,
        route=attempt.route,
    )
    if found is None:
        return
    if bytes(found.body_hash) != attempt.body_hash:
        raise RequestInvalid([REUSED])
    raise StoredAnswer(_opened(attempt, bytes(found.body)))


async def store(session: Session, attempt: Attempt, response: Response, now: datetime) -> None:
    """Remember a good answer together with the request's effect."""
    headers = {name: value for name, value in response.headers.items() if name in KEPT_HEADERS}
    said = json.dumps({"status": response.status_code, "headers": headers}).encode()
    sealed = attempt.seal.encrypt(NONCE, said + b"\n" + bytes(response.body), None)
    await run(
        session,
        STORE,
        program_id=attempt.program_id,
        key=attempt.name,
        route=attempt.route,
        body_hash=attempt.body_hash,
        status=response.status_code,
        body=sealed,
        now=now,
        until=now + KEPT,
    )


async def forget_old(session: Session, now: datetime) -> int:
    """Delete what was kept long enough; how many answers that was."""
    return await run(session, FORGET, now=now)


async def forget_under(session: Session, program_id: UUID, routes: Sequence[str]) -> None:
    """Delete the answers of these routes and of all below them."""
    await run(session, FORGET_UNDER, program_id=program_id, routes=list(routes))


def _opened(attempt: Attempt, sealed: bytes) -> Response:
    said, _, body = attempt.seal.decrypt(NONCE, sealed, None).partition(b"\n")
    answer = json.loads(said)
    return Response(body, answer["status"], {**answer["headers"], REPLAYED: "true"})


REUSED = Fault(
    "/header/idempotency-key", "idempotency_key_reused", "This key belongs to another request."
)
