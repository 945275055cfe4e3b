import os
import re
import shutil
import signal
import socket
import subprocess
import tempfile
import time
from dataclasses import dataclass
from pathlib import Path

from app.kit.postgres.account import Account
from app.kit.postgres.binaries import Binaries
from app.kit.postgres.errors import PostgresUnavailable
from app.kit.postgres.home import PORT, Home

SUPERUSER = "postgres"
FIRST_WITH_BUILTIN_LOCALE = 17
LOCK_PATIENCE = 30.0
RECOVERY_PATIENCE = 300.0
STOP_PATIENCE = 20.0
UNREAPED_PATIENCE = 1.0
LOG_ROTATES_AT = 10_000_000

_children: dict[int, subprocess.Popen[bytes]] = {}
"""Postmasters that this process began: it must reap them, or they look alive when dead."""


@dataclass(frozen=True, slots=True)
class Postmaster:
    """Everything needed to start, find and stop the one server of a home. Inside its gate."""

    home: Home
    account: Account
    binaries: Binaries
    settings: tuple[tuple[str, str], ...]
    socket: Path

    def pid(self) -> int | None:
        """The live postmaster, as its own pid file has it."""
        lines = self._pid_file()
        return int(lines[0]) if lines and _alive(int(lines[0])) else None

    def _listening(self) -> int | None:
        """Its pid if it listens: a pid alone may be a stranger's, given again after a crash."""
        pid = self.pid()
        with socket.socket(socket.AF_UNIX) as client:
            try:
                client.connect(os.fspath(self.socket / f".s.PGSQL.{PORT}"))
            except OSError:
                return None
        return pid

    def run(self) -> None:
        """Find or start it, initialised if need be; it takes connections afterwards."""
        running = self._listening()
        if running is not None and self._becomes_ready(running):
            return
        for unfinished in self.home.path.glob("data.*"):  # of a process that was killed
            shutil.rmtree(unfinished, ignore_errors=True)
        if not self.home.data.exists():
            self._initialise()
        deadline = time.monotonic() + LOCK_PATIENCE
        while (printed := self._attempt()) is not None:
            # After kill -9 its last children leave a little later. Its pid file is never removed
            # by us: that is what keeps two servers from writing the same files.
            if not re.search("lock file|shared memory", printed) or time.monotonic() > deadline:
                message = f"PostgreSQL did not start ({self.home.log}): {printed.strip()[-2000:]}"
                raise PostgresUnavailable(message)
            time.sleep(0.1)

    def halt(self) -> None:
        """Fast stop; immediate (recovers at the next start) if that takes too long."""
        pid = self.pid()
        if pid is None:
            return
        for name in ("INT", "QUIT"):
            self._signal(pid, name)
            if self._ends(pid):
                return
        message = f"PostgreSQL (process {pid}) does not stop."
        raise PostgresUnavailable(message)

    def _ends(self, pid: int) -> bool:
        """Its pid file goes, then it ends; a stranger's child may stay, dead and not reaped."""
        deadline = time.monotonic() + STOP_PATIENCE
        while _alive(pid) and time.monotonic() < deadline:
            if self.pid() != pid:
                deadline = min(deadline, time.monotonic() + UNREAPED_PATIENCE)
            time.sleep(0.005)
        return self.pid() != pid

    def _signal(self, pid: int, name: str) -> None:
        child = _children.get(pid)
        if child is not None:
            child.send_signal(signal.Signals[f"SIG{name}"])
        else:  # sent as the account, for the pid file is its own: root would end whatever it names
            self.account.run(["/bin/sh", "-c", f"kill -{name} {pid}"])

    def _pid_file(self) -> list[str]:
        try:
            text = (self.home.data / "postmaster.pid").read_text(encoding="utf-8")
        except FileNotFoundError:
            return []
        lines = text.splitlines()
        return lines if lines and lines[0].isdigit() else []

    def _attempt(self) -> str | None:
        """Start once; None when it is ready, else what it printed before it ended."""
        begun_at = self._rotated_log_size()
        options = [part for name, value in self.settings for part in ("-c", f"{name}={value}")]
        postgres = self.binaries.folder / "postgres"
        flags = os.O_WRONLY | os.O_CREAT | os.O_APPEND | os.O_NOFOLLOW
        log = os.open(self.home.log, flags, 0o600)
        try:
            process = self.account.spawn(
                [postgres, "-D", self.home.data, "-p", str(PORT), *options], log
            )
        finally:
            os.close(log)
        _children[process.pid] = process
        if self._becomes_ready(process.pid):
            return None
        with self.home.log.open("rb") as printed:
            printed.seek(begun_at)
            return printed.read().decode(errors="replace")

    def _becomes_ready(self, pid: int) -> bool:
        """False when the process ended; crash recovery may take its time."""
        deadline = time.monotonic() + RECOVERY_PATIENCE
        while time.monotonic() < deadline:
            if not _alive(pid):
                return False
            lines = self._pid_file()
            if lines and int(lines[0]) == pid and lines[-1].strip() == "ready":
                return True
            time.sleep(0.005)
        message = f"PostgreSQL still recovers after {RECOVERY_PATIENCE:.0f} s ({self.home.log})."
        raise PostgresUnavailable(message)

    def _rotated_log_size(self) -> int:
        size = self.home.log.stat().st_size if self.home.log.exists() else 0
        if size < LOG_ROTATES_AT:
            return size
        self.home.log.replace(self.home.log.with_suffix(".log.1"))
        return 0

    def _initialise(self) -> None:
        """Into a temporary folder, then renamed: a data folder is complete or not there."""
        folder = Path(tempfile.mkdtemp(prefix="data.", dir=self.home.path))
        self.account.own(folder)
        printed = ""
        for locale in self._locales():
            code, printed = self.account.run([*self._initdb(folder), *locale])
            if code == 0:
                folder.rename(self.home.data)
                _sync(self.home.path)
                return
        shutil.rmtree(folder, ignore_errors=True)
        message = f"initdb failed: {printed.strip()[-2000:]}"
        raise PostgresUnavailable(message)

    def _initdb(self, folder: Path) -> list[str | Path]:
        return [
            self.binaries.folder / "initdb",
            *("-D", folder, "-U", SUPERUSER, "--encoding=UTF8", "--data-checksums"),
            *("--auth=reject", "--auth-local=trust", "--no-instructions"),
        ]

    def _locales(self) -> list[list[str]]:
        if self.binaries.major >= FIRST_WITH_BUILTIN_LOCALE:
            return [["--locale-provider=builtin", "--builtin-locale=C.UTF-8", "--locale=C"]]
        return [["--locale=C.UTF-8"], ["--locale=C"]]


def _alive(pid: int) -> bool:
    child = _children.get(pid)
    if child is not None and child.poll() is not None:
        del _children[pid]
        return False
    try:
        os.kill(pid, 0)
    except (ProcessLookupError, PermissionError):  # a stranger's process is not our server
        return False
    return True


def _sync(folder: Path) -> None:
    descriptor = os.open(folder, os.O_RDONLY)
    try:
        os.fsync(descriptor)
    finally:
        os.close(descriptor)
