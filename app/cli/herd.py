"""Several processes that serve on one port."""

import os
import signal
import socket
import threading
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from multiprocessing import get_context, parent_process
from multiprocessing.connection import wait
from multiprocessing.context import SpawnProcess
from types import FrameType

from app.cli.opening import CANNOT_START
from app.kit.opening import CannotStart

BACKLOG = 2_048
PAUSE_SECONDS = 1.0
SPAWN = get_context("spawn")


@contextmanager
def listening(host: str, port: int) -> Iterator[socket.socket]:
    """A socket that several processes may take connections from. Raises CannotStart."""
    family = socket.AF_INET6 if ":" in host else socket.AF_INET
    try:
        listener = socket.create_server((host, port), family=family, backlog=BACKLOG)
    except OSError as error:
        why = (error.strerror or str(error)).partition(" (while ")[0]
        raise CannotStart([f"{host}:{port}: {why}"]) from error
    listener.set_inheritable(True)
    with listener:
        yield listener


def serve(number: int, target: Callable[[], None]) -> None:
    """Run `target` in so many processes until a signal; one that dies is replaced.

    Raises CannotStart when one of them says that it cannot.
    """
    ending = threading.Event()

    def end(_: int, __: FrameType | None) -> None:
        ending.set()
        for one in processes:
            _tell(one)

    processes: list[SpawnProcess] = []
    before = {one: signal.signal(one, end) for one in (signal.SIGINT, signal.SIGTERM)}
    try:
        processes += [_begun(target) for _ in range(number)]
        while not ending.is_set():
            wait([one.sentinel for one in processes], timeout=PAUSE_SECONDS)
            _replace(processes, target, ending)
    finally:
        for one in processes:
            _tell(one)
        for one in processes:
            one.join()
        for which, handler in before.items():
            signal.signal(which, handler)


def _replace(
    processes: list[SpawnProcess], target: Callable[[], None], ending: threading.Event
) -> None:
    for place, one in enumerate(processes):
        if one.exitcode is None or ending.is_set():
            continue
        if one.exitcode == CANNOT_START:
            raise CannotStart([])
        ending.wait(PAUSE_SECONDS)
        if not ending.is_set():
            processes[place] = _begun(target)


def _begun(target: Callable[[], None]) -> SpawnProcess:
    begun = SPAWN.Process(target=_run, args=(target,))
    begun.start()
    return begun


def _run(target: Callable[[], None]) -> None:
    threading.Thread(target=_end_with_parent, daemon=True).start()
    target()


def _end_with_parent() -> None:
    if (parent := parent_process()) is not None:
        wait([parent.sentinel])
        os.kill(os.getpid(), signal.SIGTERM)


def _tell(process: SpawnProcess) -> None:
    if process.is_alive():
        process.terminate()
