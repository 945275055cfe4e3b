from datetime import date

from app.kit.errors import Conflict, Fault, NotFound, RequestInvalid


class CheckNotFound(NotFound):
    def __init__(self) -> None:
        super().__init__("There is no such check.")


class CheckRunning(Conflict):
    """One check at a time: two would decide about the same members."""

    def __init__(self) -> None:
        super().__init__("A check of this program is running. Wait for it or cancel it.")


class CheckDue(Conflict):
    """Until then nobody may be judged by the new rules as of an earlier date."""

    def __init__(self) -> None:
        super().__init__("An edit waits for its check. Ask for the past when it has run.")


class CheckEnded(Conflict):
    def __init__(self) -> None:
        super().__init__("This check has ended.")


class NotASandbox(Conflict):
    def __init__(self) -> None:
        super().__init__("Only the clock of a sandbox program can be set.")


class ClockBackwards(Conflict):
    def __init__(self, today: date) -> None:
        super().__init__(f"The clock stands at {today}; it moves forward only.")


class ClockTooFar(RequestInvalid):
    def __init__(self, checks: int) -> None:
        detail = f"More than {checks} checks would run. Move the clock in several requests."
        super().__init__([Fault("/today", "too_far", detail)])


class ReasonMissing(RequestInvalid):
    def __init__(self) -> None:
        super().__init__([Fault("/reason", "required", "Say why the check is forced.")])


class DateNotCome(RequestInvalid):
    def __init__(self) -> None:
        super().__init__([Fault("/as_of", "in_the_future", "This date has not come yet.")])


class AuditNotFound(NotFound):
    def __init__(self) -> None:
        super().__init__("No audit has ended yet.")


class ClaimLost(Exception):
    """Another worker holds the slice by now: nothing of this one may be written."""
