from app.kit.errors import Conflict, NotFound


class EndpointNotFound(NotFound):
    """The program has no such endpoint."""


class DeliveryNotFound(NotFound):
    """The program has no such delivery."""


class TooManyEndpoints(Conflict):
    """A program has at most 50 endpoints."""

    def __init__(self) -> None:
        super().__init__("The program has as many endpoints as it may have. Delete one first.")


class EndpointDisabled(Conflict):
    """Nothing is sent to a disabled endpoint."""

    def __init__(self) -> None:
        super().__init__("The endpoint is disabled. Enable it first.")


class ReplayRuns(Conflict):
    """One replay of an endpoint at a time."""

    def __init__(self) -> None:
        super().__init__("The endpoint is being replayed. Wait until that has ended.")
