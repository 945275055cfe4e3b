from app.kit.errors import Conflict, NotFound


class PushTargetNotFound(NotFound):
    """The program has no such push target."""

    def __init__(self) -> None:
        super().__init__("There is no such push target.")


class PushTargetExists(Conflict):
    """A shop has one target for each ladder, or two would undo each other's work."""

    def __init__(self) -> None:
        super().__init__("This shop has a push target for this ladder already.")


class TooManyPushTargets(Conflict):
    """A program has at most 20 push targets."""

    def __init__(self) -> None:
        super().__init__("The program has as many push targets as it may have. Delete one first.")


class PushTargetDisabled(Conflict):
    """A disabled target is told nothing."""

    def __init__(self) -> None:
        super().__init__("The push target is disabled. Enable it first.")
