from app.kit.errors import AppError, Conflict, Fault


class EventConflict(Conflict):
    """The first content stays; the second is kept in quarantine."""

    def __init__(self) -> None:
        super().__init__("This event id is known with other content.")


class BatchRefused(AppError):
    """Not `{"events": [...]}`, or more of them than one request may bring."""

    status = 422

    def __init__(self, fault: Fault) -> None:
        super().__init__("The batch cannot be read.", [fault])
