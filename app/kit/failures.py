"""What a failure of the database means to the caller who met it."""

from asyncpg import InterfaceError, InternalClientError
from sqlalchemy.exc import DBAPIError, PendingRollbackError, ResourceClosedError
from sqlalchemy.exc import TimeoutError as PoolExhausted

from app.kit import metrics
from app.kit.db import Overtaken, sqlstate
from app.kit.errors.problem import AppError, Fault, RequestInvalid, Unavailable
from app.kit.logs import log

READ_ONLY = "25006"  # the server, or the service after a restore
LOST = (
    OSError,
    PoolExhausted,
    PendingRollbackError,
    ResourceClosedError,
    InterfaceError,
    InternalClientError,
)
AWAY = ("08", READ_ONLY, "25P02", "26000", "53", "57P0", "58")
GONE = ("08", "53100", "53300", "57P0", "58030")  # not 53200, 53400: a statement's own doing
AGAIN = ("40001", "40P01", "55P03", "57014", "25P03")
DATA = "22"


def shown(error: Exception) -> AppError | None:
    """The error that the caller may see of an exception; None if nobody may."""
    found = _meaning(error)
    if found is not None and not isinstance(error, AppError):
        state = sqlstate(error)
        metrics.DB_ERRORS.labels(state[:2] if state else "connection").inc()
        log("database_failed", "warning", error=error, sqlstate=state)
    return found


def is_outage(error: Exception) -> bool:
    """Whether the database was away or full, whatever was asked of it: no fault of the work."""
    if isinstance(error, OSError | PoolExhausted):
        return True
    if isinstance(error, DBAPIError) and error.connection_invalidated:
        return True
    return (sqlstate(error) or "").startswith(GONE)


def _meaning(error: Exception) -> AppError | None:
    if isinstance(error, AppError):
        return error
    if isinstance(error, LOST):
        return Unavailable("The database cannot be reached.")
    if isinstance(error, Overtaken):
        return Unavailable("Others were faster, too often.", retry_after=1)
    return _of_state(sqlstate(error), lost=_is_lost(error))


def _of_state(state: str | None, *, lost: bool) -> AppError | None:
    if lost or (state or "").startswith(AWAY):
        return Unavailable("The database cannot be reached.")
    if state in AGAIN:
        return Unavailable("The database was too busy.", retry_after=1)
    if state is not None and state.startswith(DATA):
        return RequestInvalid([Fault("", "not_storable", "A value is beyond what is kept.")])
    return None


def _is_lost(error: Exception) -> bool:
    """Errors of the driver alone have no state: it has no connection to speak of any more."""
    if not isinstance(error, DBAPIError):
        return False
    return error.connection_invalidated or sqlstate(error) is None
