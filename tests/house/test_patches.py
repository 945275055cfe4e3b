"""What tests replace is the tested module's own: the event loop keeps its clock and its sleep."""

import re
from pathlib import Path

TESTS = Path(__file__).parents[1]
EVERYBODY_S = re.compile(
    r"""setattr\(\s*(?:[\w.]*\b(?:asyncio|time)\s*,|["'][\w.]*\b(?:asyncio|time)\.\w+["'])"""
)


def test_nobody_replaces_what_the_event_loop_lives_on():
    """A sleep that does not sleep let the loop's other tasks spin for ever, once in 20 runs."""
    guilty = [
        f"{path.relative_to(TESTS)}: {found[0]}"
        for path in TESTS.rglob("*.py")
        for found in EVERYBODY_S.finditer(path.read_text("utf-8"))
    ]

    assert guilty == []
