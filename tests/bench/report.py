"""What a benchmark found: one line each, and how it stands to the stored figures."""

import json
from dataclasses import dataclass
from pathlib import Path
from statistics import median

BASELINE = Path(__file__).parent / "baseline.json"
FAIL, WARN = 0.7, 0.8
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
        goal = "-" if self.goal is None else f"{'>=' if self.more else '<='}{self.goal:g}"
        return (
            f"bench {self.name}: value={_said(self.value)} {self.unit} base={_said(self.base)}"
            f" ratio={_said(self.ratio)} goal={goal} {self.verdict(quiet=quiet)}"
        )


def last_line(found, gate, *, quiet):
    verdicts = [one.verdict(quiet=quiet) for one in found]
    counts = " ".join(f"{word}={verdicts.count(word)}" for word in ("met", "missed", "measured"))
    goals = sum(one.goal is not None for one in found)
    return f"bench: goals={goals} {counts} gate={gate}"


def gate(found, size, stored=None):
    """The worst of all: how far a ratio has fallen behind the stored one of this size."""
    if stored is None:
        stored = json.loads(BASELINE.read_text("utf-8")) if BASELINE.exists() else {}
    shares = [
        _share(one, stored[size][one.name])
        for one in found
        if one.ratio is not None and stored.get(size, {}).get(one.name)
    ]
    worst = min(shares, default=1.0)
    return "fail" if worst < FAIL else "warn" if worst < WARN else "ok"


async def alternated(one, other, rounds=ROUNDS):
    """The medians of both sides, run in turns: A B A B A B."""
    found = [(await one(), await other()) for _ in range(rounds)]
    return median(a for a, _ in found), median(b for _, b in found)


def _share(one, stored):
    """How good it is, where the stored figure is 1."""
    return one.ratio / stored if one.more else stored / one.ratio


def _said(number):
    if number is None:
        return "-"
    return f"{number:.0f}" if abs(number) >= 100 else f"{number:.3g}"
