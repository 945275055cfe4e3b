from app.kit.errors import AppError, Conflict, Fault, NotFound, TooManyRequests


class EventConflict(Conflict):
    """The first content stays; the second is kept in quarantine."""

    def __init__(self) -> None:
        super().__init__("This event id is known with other content.")


class ActivityConflict(Conflict):
    """The first content stays; the second is kept in quarantine."""

    def __init__(self) -> None:
        super().__init__("This activity id is known with other content.")


class BatchRefused(AppError):
    """Not `{"events": [...]}`, or more of them than one request may bring."""

    status = 422

    def __init__(self, fault: Fault) -> None:
        super().__init__("The batch cannot be read.", [fault])


class SourceNotFound(NotFound):
    def __init__(self) -> None:
        super().__init__("There is no such source.")


class SourceExists(Conflict):
    def __init__(self) -> None:
        super().__init__("There is a source with this key already.")


class SourceKeyTaken(Conflict):
    """Facts of another platform were told under this key."""

    def __init__(self) -> None:
        super().__init__("A deleted source of another platform had this key: its facts stay.")


class SignatureRefused(AppError):
    """No signature, a wrong one, or one outside its window. The answer does not say which."""

    status = 401

    def __init__(self) -> None:
        super().__init__("The delivery is not signed as its source demands.")


class InboundEventNotFound(NotFound):
    def __init__(self) -> None:
        super().__init__("There is no such inbound event.")


class NotReplayable(Conflict):
    """It is not in quarantine, or there is nothing to read it from, or by."""


class ReplayNotFound(NotFound):
    def __init__(self) -> None:
        super().__init__("There is no such replay.")


class ReplayRunning(Conflict):
    """One replay of the quarantine at a time."""

    def __init__(self) -> None:
        super().__init__("A replay of the quarantine is not finished yet.")


class ClaimLost(Exception):
    """Another worker has taken the unit of work meanwhile: nothing is written then."""


class ImportNotFound(NotFound):
    def __init__(self) -> None:
        super().__init__("There is no such import.")


class ImportEnded(Conflict):
    """Its lines are all read, or it has ended."""

    def __init__(self) -> None:
        super().__init__("There is nothing left of this import to cancel.")


class TooManyImports(TooManyRequests):
    """So many files of the program wait or are taken in."""

    def __init__(self) -> None:
        super().__init__(60, "Other imports of this program have to end first.")


class FileMissing(AppError):
    """No byte of a file came."""

    status = 422

    def __init__(self) -> None:
        super().__init__("Send the file as the body.", [Fault("", "required", "It is empty.")])
