"""What can be refused about programs and definitions."""

from collections.abc import Iterable

from app.kit.errors import AppError, Conflict, Fault, NotFound, Unavailable


class DefinitionRefused(AppError):
    """Nothing was published; the faults point into the definition as it would have been."""

    status = 422

    def __init__(self, faults: Iterable[Fault]) -> None:
        super().__init__("The definition cannot be published as it is.", faults)


class TierNotFound(NotFound):
    def __init__(self) -> None:
        super().__init__("There is no tier with this key.")


class StageNotFound(NotFound):
    def __init__(self) -> None:
        super().__init__("There is no loyalty stage with this key.")


class TrackNotFound(NotFound):
    def __init__(self) -> None:
        super().__init__("There is no such track.")


class VersionNotFound(NotFound):
    def __init__(self) -> None:
        super().__init__("There is no such version.")


class TierExists(Conflict):
    def __init__(self) -> None:
        super().__init__("There is a tier with this key already.")


class StageExists(Conflict):
    def __init__(self) -> None:
        super().__init__("There is a loyalty stage with this key already.")


class ProgramExists(Conflict):
    def __init__(self) -> None:
        super().__init__("There is a program with this key already.")


class ProgramInUse(Conflict):
    """Only a sandbox, or a program without facts, can be deleted."""

    def __init__(self) -> None:
        super().__init__("This program holds facts. Disable it instead.")


class FactsRecorded(Conflict):
    """Currency and time zone are fixed by the first fact."""

    def __init__(self) -> None:
        super().__init__("Currency and time zone stay as they are once there are facts.")


class PreviewUnavailable(Unavailable):
    """The root provided no previewer."""

    def __init__(self) -> None:
        super().__init__("This service cannot preview.")
