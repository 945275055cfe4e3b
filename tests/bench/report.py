"""What a benchmark found: one line each, and the last one."""

from dataclasses import asdict, dataclass
from statistics import median

ROUNDS = 3


@dataclass(frozen=True, slots=True)
class Found:
    """`goal`: what the ratio, or without a base the value, has to reach; None = measured only.

    `more`: whether more is better.
    """

    name: str
    value: float
    unit: str
    base: float | None = None
    goal: float | None = None
    more: bool = False

    @property
    def ratio(self):
        return None if not self.base else self.value / self.base

    @property
    def judged(self):
        """The figure that the goal is about."""
        return self.value if self.ratio is None else self.ratio

    def verdict(self, *, quiet):
        """A machine that is busy at the start proves nothing."""
        if self.goal is None:
            return "measured"
        good = self.judged >= self.goal if self.more else self.judged <= self.goal
        if good:
            return "met" if quiet else "measured"
        return "missed"

    def line(self, *, quiet):
        return (
            f"bench {self.name}: value={said(self.value)} {self.unit} base={said(self.base)}"
            f" ratio={said(self.ratio)} goal={self.aim} {self.verdict(quiet=quiet)}"
        )

    @property
    def aim(self):
        """The goal in words."""
        return "-" if self.goal is None else f"{'>=' if self.more else '<='}{self.goal:g}"

    def kept(self):
        """As a run is kept in a file."""
        return asdict(self)


def last_line(found, gate, *, quiet):
    verdicts = [one.verdict(quiet=quiet) for one in found]
    counts = " ".join(f"{word}={verdicts.count(word)}" for word in ("met", "missed", "measured"))
    goals = sum(one.goal is not None for one in found)
    return f"bench: goals={goals} {counts} gate={gate}"


async def alternated(one, other, rounds=ROUNDS):
    """The medians of both sides, run in turns: A B A B A B."""
    found = [(await one(), await other()) for _ in range(rounds)]
    return median(a for a, _ in found), median(b for _, b in found)


def said(number):
    """At three significant digits; whole from 100 on."""
    if number is None:
        return "-"
    return f"{number:.0f}" if abs(number) >= 100 else f"{number:.3g}"
