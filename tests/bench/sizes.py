"""How much a run of the benchmark takes on."""

from dataclasses import dataclass


@dataclass(frozen=True)
class Size:
    """`crowds`: members of the databases, smallest first; the last is the large one.

    One in `ordering` of the members has orders. `drawn`: how many members a chart compares,
    `compared`: a comparison with others; `elsewhere`: also with what must be installed.
    `warm`: seconds in which a process opens its connections and reads its rules.
    `spreads`: how often each number of processes is started for one figure.
    `long_seconds` and `huge`, a crowd, are for what runs only when it is asked for by name.
    """

    crowds: tuple[int, int, int]
    seconds: int
    warm: int
    platforms: tuple[str, ...]
    candidates: int
    imported: int
    histories: tuple[int, ...]
    first_rounds: int
    spreads: int
    ordering: int
    drawn: tuple[int, ...]
    compared: int
    elsewhere: bool
    long_seconds: int
    huge: int


SMOKE, CI, RELEASE = "smoke", "ci", "release"
SIZES = {
    SMOKE: Size(
        crowds=(1_000, 2_000, 4_000),
        seconds=1,
        warm=1,
        platforms=("standard",),
        candidates=20,
        imported=500,
        histories=(10, 100),
        first_rounds=1,
        spreads=1,
        ordering=5,
        drawn=(1_000, 2_000, 4_000),
        compared=4_000,
        elsewhere=True,
        long_seconds=1,
        huge=8_000,
    ),
    CI: Size(
        crowds=(10_000, 30_000, 100_000),
        seconds=2,
        warm=1,
        platforms=("standard",),
        candidates=300,
        imported=20_000,
        histories=(10, 100, 1_000),
        first_rounds=1,
        spreads=1,
        ordering=5,
        drawn=(),
        compared=100_000,
        elsewhere=False,
        long_seconds=20,
        huge=200_000,
    ),
    RELEASE: Size(
        crowds=(100_000, 300_000, 1_000_000),
        seconds=10,
        warm=5,
        platforms=("standard", "shopify"),
        candidates=3_000,
        imported=500_000,
        histories=(10, 100, 1_000, 10_000),
        first_rounds=1,
        spreads=3,
        ordering=10,
        drawn=(10_000, 30_000, 100_000, 300_000, 1_000_000),
        compared=100_000,
        elsewhere=True,
        long_seconds=600,
        huge=3_000_000,
    ),
}
