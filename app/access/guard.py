"""What routes depend on: the caller, in a scope, within the rates."""

from collections.abc import Awaitable, Callable
from typing import Annotated

from fastapi import Depends, Header, Request, Security
from fastapi.security import HTTPAuthorizationCredentials, HTTPBearer

from app.access.caller import Caller, Identity, Scope
from app.access.errors import RootOnly, ScopeMissing
from app.access.gate import gate_of
from app.kit.schemas import Key

Credentials = Annotated[
    HTTPAuthorizationCredentials | None,
    Security(HTTPBearer(auto_error=False, scheme_name="ApiKey", description="An API key")),
]
ProgramHeader = Annotated[
    Key | None,
    Header(alias="Tiers-Program", description="The program, when a root key calls."),
]


async def identity(request: Request, credentials: Credentials) -> Identity:
    """The verified key of a request. Raises Unauthorized and TooManyRequests."""
    gate = gate_of(request)
    address = request.client.host if request.client else ""
    return await gate.identify(credentials.credentials if credentials else None, address)


KnownIdentity = Annotated[Identity, Depends(identity)]


def require(*any_of: Scope) -> Callable[..., Awaitable[Caller]]:
    """The caller, if its key has one of the scopes. A GET names also the scopes that may change.

    Raises ScopeMissing, TooManyRequests, and for root keys ProgramRequired and ProgramNotFound.
    """

    async def caller(
        request: Request, known: KnownIdentity, program: ProgramHeader = None
    ) -> Caller:
        gate = gate_of(request)
        if not known.scopes.intersection(any_of):
            raise ScopeMissing(any_of)
        gate.pace(known, any_of)
        program_id = await gate.program_of(known, program)
        request.state.key_id, request.state.program_id = known.key_id, program_id
        return Caller(
            program_id, known.key_id, known.scopes, known.is_root, request.state.request_id
        )

    return caller


async def root(request: Request, known: KnownIdentity) -> Identity:
    """A root key, in no program."""
    if not known.is_root:
        raise RootOnly
    request.state.key_id = known.key_id
    return known


def author(known: Identity) -> str:
    return f"key:{known.key_id}"


CanIngest = Annotated[Caller, Depends(require(Scope.ingest))]
CanRead = Annotated[Caller, Depends(require(Scope.read))]
CanConfigure = Annotated[Caller, Depends(require(Scope.configure))]
CanOperate = Annotated[Caller, Depends(require(Scope.operate))]
CanAdminister = Annotated[Caller, Depends(require(Scope.admin))]
ReadsDefinition = Annotated[Caller, Depends(require(Scope.read, Scope.configure))]
ReadsOperation = Annotated[Caller, Depends(require(Scope.read, Scope.operate))]
ReadsAdministration = Annotated[Caller, Depends(require(Scope.admin))]
IsRoot = Annotated[Identity, Depends(root)]
