from collections.abc import Iterable

from app.access.caller import Scope
from app.kit.errors import AppError, Conflict, NotFound, Unavailable


class Unauthorized(AppError):
    """No key, or none that we know."""

    status = 401

    def __init__(self) -> None:
        challenge = {"WWW-Authenticate": 'Bearer realm="tiers"'}
        super().__init__("Send a valid API key: Authorization: Bearer <key>.", headers=challenge)


class ScopeMissing(AppError):
    """The key may not do this."""

    status = 403

    def __init__(self, scopes: Iterable[Scope]) -> None:
        wanted = " ".join(scopes)
        challenge = f'Bearer realm="tiers", error="insufficient_scope", scope="{wanted}"'
        detail = f"This needs a key with one of the scopes: {wanted}."
        super().__init__(detail, headers={"WWW-Authenticate": challenge})


class RootOnly(AppError):
    """Only a root key may do this."""

    status = 403

    def __init__(self) -> None:
        challenge = {"WWW-Authenticate": 'Bearer realm="tiers", error="insufficient_scope"'}
        super().__init__("This needs a root key.", headers=challenge)


class OtherProgram(AppError):
    """The key belongs to another program than the request names."""

    status = 403

    def __init__(self) -> None:
        super().__init__("Tiers-Program names another program than the key belongs to.")


class ProgramRequired(AppError):
    """A root key must say which program it acts in."""

    status = 400

    def __init__(self) -> None:
        super().__init__("With a root key, name the program: Tiers-Program: <key>.")


class ProgramNotFound(NotFound):
    def __init__(self) -> None:
        super().__init__("There is no such program.")


class KeyNotFound(NotFound):
    def __init__(self) -> None:
        super().__init__("There is no such key.")


class LastAdminKey(Conflict):
    """Without it nobody could make another key."""

    def __init__(self) -> None:
        super().__init__("This is the last key with the scope admin.")


class ScopeNotHeld(AppError):
    """A key gives only what it has."""

    status = 403

    def __init__(self, scopes: Iterable[Scope]) -> None:
        super().__init__(f"Your key does not have: {' '.join(sorted(scopes))}.")


class TokenKeyUnusable(Unavailable):
    """It was sealed under another TIERS_SECRET_KEY."""

    def __init__(self) -> None:
        super().__init__(
            "The key of status tokens cannot be opened: tiers keys rotate-token-key makes another.",
            retry_after=60,
        )
