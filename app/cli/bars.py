"""Progress bars, on standard error."""

from rich.console import Console
from rich.progress import BarColumn, MofNCompleteColumn, Progress, TextColumn, TimeElapsedColumn

NAME = TextColumn("{task.description}")
PERCENT = TextColumn("{task.percentage:>3.0f} %")


def count_bar() -> Progress:
    """Of counted things."""
    return _bar(MofNCompleteColumn())


def percent_bar() -> Progress:
    """Of things whose number is not known, only their share."""
    return _bar(PERCENT)


def _bar(how_far: MofNCompleteColumn | TextColumn) -> Progress:
    console = Console(stderr=True)
    return Progress(NAME, BarColumn(), how_far, TimeElapsedColumn(), console=console)
