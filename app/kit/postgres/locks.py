import fcntl
import os
import time
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path

from app.kit.postgres.errors import PostgresUnavailable

PATIENCE = 120.0
"""Seconds: longer than the slowest start or stop of another process should take."""


def open_lock(path: Path) -> int:
    """Its lock ends with the descriptor, so also with kill -9; children do not inherit it."""
    return os.open(path, os.O_RDWR | os.O_CREAT | os.O_NOFOLLOW | os.O_CLOEXEC, 0o600)


def try_alone(lock: int) -> bool:
    try:
        fcntl.flock(lock, fcntl.LOCK_EX | fcntl.LOCK_NB)
    except BlockingIOError:
        return False
    return True


def share(lock: int) -> None:
    fcntl.flock(lock, fcntl.LOCK_SH)


@contextmanager
def alone(path: Path) -> Iterator[None]:
    """Only one thread of all processes is inside."""
    lock = open_lock(path)
    try:
        deadline = time.monotonic() + PATIENCE
        while not try_alone(lock):
            if time.monotonic() > deadline:
                message = f"Another process has held {path} for {PATIENCE:.0f} s."
                raise PostgresUnavailable(message)
            time.sleep(0.01)
        yield
    finally:
        os.close(lock)
