import os
import shutil
import signal
from contextlib import suppress
from itertools import count

import pytest

from app.kit.postgres.binaries import ELSEWHERE
from tests.kit.processes import postgres_below

NUMBERS = count()


@pytest.fixture
def place(folder):
    """A data folder that is not there yet; no server of it outlives the test."""
    path = folder / f"place{next(NUMBERS)}"
    yield path
    for pid in postgres_below(path):
        with suppress(ProcessLookupError):
            os.kill(pid, signal.SIGQUIT)


@pytest.fixture
def elsewhere():
    """What the test has put where root keeps what its server account could not reach."""
    before = _names()
    yield lambda: _names() - before
    for name in _names() - before:
        shutil.rmtree(ELSEWHERE / name)


def _names():
    return {path.name for path in ELSEWHERE.iterdir()} if ELSEWHERE.exists() else set()
