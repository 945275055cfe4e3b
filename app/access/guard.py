"""What routes depend on: the caller, in a scope, within the rates."""

from dataclasses import dataclass
from datetime import datetime
from typing import Annotated, NamedTuple
from uuid import UUID

from fastapi import Depends, Header, Request, Security
from fastapi.security import HTTPAuthorizationCredentials, HTTPBearer

from app.access.caller import Caller, Identity, Scope
from app.access.errors import RootOnly, ScopeMissing, Unauthorized
from app.access.gate import bearer, gate_of
from app.kit import metrics
from app.kit.clock import clock_of
from app.kit.logs import log
from app.kit.schemas import Key

Credentials = Annotated[
    HTTPAuthorizationCredentials | None,
    Security(HTTPBearer(auto_error=False, scheme_name="ApiKey", description="An API key")),
]
ProgramHeader = Annotated[
    Key | None,
    Header(alias="Tiers-Program", description="The program, when a root key calls."),
]


ENTRUSTED = frozenset({Scope.configure, Scope.operate, Scope.admin})


async def identity(request: Request, credentials: Credentials) -> Identity:
    """The verified key of a request. Raises Unauthorized and TooManyRequests."""
    gate = gate_of(request)
    address = request.client.host if request.client else ""
    try:
        return await gate.identify(credentials.credentials if credentials else None, address)
    except Unauthorized:
        reason = "wrong" if credentials else "absent"
        metrics.AUTH_FAILURES.labels(reason).inc()
        log(
            "key_failed", "warning", reason=reason, address=address, request_id=_request_id(request)
        )
        raise


KnownIdentity = Annotated[Identity, Depends(identity)]


class Called(NamedTuple):
    """The key of a request, and the program that the request is about."""

    identity: Identity
    program_id: UUID


async def called(request: Request, credentials: Credentials, named: ProgramHeader = None) -> Called:
    """Raises what `identity` and `program_of` of the gate raise."""
    known = await identity(request, credentials)
    return Called(known, await gate_of(request).program_of(known, named))


KnownCall = Annotated[Called, Depends(called)]


async def now(request: Request) -> datetime:
    """The instant, for services that are told it."""
    return clock_of(request).now()


Now = Annotated[datetime, Depends(now)]


@dataclass(frozen=True, slots=True)
class Required:
    """The caller, if its key has one of the scopes. A GET names also the scopes that may change."""

    any_of: tuple[Scope, ...]

    async def __call__(self, request: Request, call: KnownCall) -> Caller:
        """Raises ScopeMissing and TooManyRequests."""
        known, program = call
        if not known.scopes.intersection(self.any_of):
            metrics.AUTH_FAILURES.labels("scope").inc()
            log("scope_denied", "warning", key_id=known.key_id, request_id=_request_id(request))
            raise ScopeMissing(self.any_of)
        gate_of(request).pace(known, self.any_of)
        request.state.key_id, request.state.program_id = known.key_id, program
        request.state.is_entrusted = not ENTRUSTED.isdisjoint(self.any_of)
        return Caller(program, known.key_id, known.scopes, known.is_root, _request_id(request))

    def look_first(self, request: Request) -> None:
        """Raises TooManyRequests before the body is read, of a key that is known to be too fast."""
        if text := bearer(request.headers.get("authorization")):
            gate_of(request).turn_away(text, self.any_of)


def require(*any_of: Scope) -> Required:
    """What a route depends on whose caller needs one of these scopes."""
    return Required(any_of)


async def root(request: Request, known: KnownIdentity) -> Identity:
    """A root key, in no program."""
    if not known.is_root:
        raise RootOnly
    request.state.key_id, request.state.is_entrusted = known.key_id, True
    return known


CanIngest = Annotated[Caller, Depends(require(Scope.ingest))]
CanRead = Annotated[Caller, Depends(require(Scope.read))]
CanConfigure = Annotated[Caller, Depends(require(Scope.configure))]
CanOperate = Annotated[Caller, Depends(require(Scope.operate))]
CanAdminister = Annotated[Caller, Depends(require(Scope.admin))]
ReadsDefinition = Annotated[Caller, Depends(require(Scope.read, Scope.configure))]
ReadsOperation = Annotated[Caller, Depends(require(Scope.read, Scope.operate))]
ReadsAdministration = Annotated[Caller, Depends(require(Scope.admin))]
IsRoot = Annotated[Identity, Depends(root)]


def _request_id(request: Request) -> str:
    held: str = request.state.request_id
    return held
