"""Base backups of the embedded server, its archive of what came after, and the way back.

The archive holds the write-ahead log, a file at least every minute: with it a restore reaches any
instant after a base backup.
"""

import os
import re
import shutil
import tempfile
from collections.abc import Callable, Mapping
from dataclasses import dataclass
from datetime import UTC, datetime
from pathlib import Path

from app.kit.postgres import locks
from app.kit.postgres.account import Account
from app.kit.postgres.binaries import find, reachable
from app.kit.postgres.errors import PostgresUnavailable
from app.kit.postgres.home import PORT, Home, forget_socket_folder, settle, socket_folder
from app.kit.postgres.postmaster import SUPERUSER, Postmaster
from app.kit.postgres.tuning import server_settings

STAMP = "base-%Y%m%dT%H%M%S.%fZ"
COMPLETE = "backup_manifest"  # the last file that a base backup gets
FOR_A_SHELL = re.compile(r"/[A-Za-z0-9/._+-]*")


@dataclass(frozen=True, slots=True)
class Wanted:
    """What to restore: the newest base backup in `backups` that is older than `to`, then the log.

    `to` None: as late as the archive reaches; `archive` None: the base backup alone.
    """

    backups: Path
    archive: Path | None
    to: datetime | None


def archiving(archive: Path, account: Account) -> dict[str, str]:
    """The settings of a server that archives, once the folder is there for its account."""
    folder = _for_a_shell(archive)
    if not folder.exists():
        folder.mkdir(parents=True, mode=0o700)
        account.own(folder)
    _enterable(folder, account, "-w")
    there = f"{folder}/%f"
    keep = f"cp %p {there}.part && sync {there}.part && mv {there}.part {there}"
    return {
        "archive_mode": "on",
        "archive_timeout": "60s",
        "archive_command": f"cmp -s %p {there} || (test ! -e {there} && {keep})",
    }


def back_up(postmaster: Postmaster, backups: Path, now: Callable[[], datetime]) -> Path:
    """A base backup of the running server, named by when it ended. Raises PostgresUnavailable."""
    backups.mkdir(parents=True, exist_ok=True)
    target = Path(tempfile.mkdtemp(prefix="unfinished.", dir=backups.resolve()))
    try:
        _write(postmaster, target)
    except BaseException:
        shutil.rmtree(target)
        raise
    return target.rename(target.parent / now().astimezone(UTC).strftime(STAMP))


def restore(data_dir: Path, wanted: Wanted, bindir: Path | None) -> None:
    """Make the data of a folder that has none, as of `wanted.to`; the server is not left running.

    Raises PostgresUnavailable.
    """
    base = _base(wanted)
    binaries = find(bindir)
    home, account = settle(data_dir, binaries.major)
    with locks.alone(home.gate):
        if home.data.exists():
            message = f"{home.data} has data already: move it away first."
            raise PostgresUnavailable(message)
        socket = socket_folder(home, account)
        settings = server_settings(socket, _recovery(wanted))
        reached = reachable(binaries, account)
        recovering = Postmaster(home, account, reached, tuple(settings.items()), socket)
        _copy(base, home, account)
        try:
            recovering.run()
        except PostgresUnavailable:
            home.data.rename(home.path / f"data.failed.{os.getpid()}")
            raise
        finally:
            recovering.halt()
            forget_socket_folder(home)


def _write(postmaster: Postmaster, target: Path) -> None:
    account = postmaster.account
    account.own(target)
    _enterable(target, account, "-w")
    command: list[str | Path] = [
        postmaster.binaries.folder / "pg_basebackup",
        *("-D", target, "-h", postmaster.socket, "-p", str(PORT), "-U", SUPERUSER),
        *("--wal-method=stream", "--checkpoint=fast", "--no-password"),
    ]
    code, printed = account.run(command)
    if code != 0:
        message = f"The backup failed: {printed.strip()[-2000:]}"
        raise PostgresUnavailable(message)


def _base(wanted: Wanted) -> Path:
    latest = (wanted.to or datetime.max.replace(tzinfo=UTC)).astimezone(UTC)
    found = [
        path
        for path in wanted.backups.glob("base-*")
        if (path / COMPLETE).exists() and _made_at(path) < latest
    ]
    if not found:
        message = f"{wanted.backups} has no whole base backup that is older than that instant."
        raise PostgresUnavailable(message)
    return max(found)


def _made_at(path: Path) -> datetime:
    return datetime.strptime(path.name, STAMP).replace(tzinfo=UTC)


def _recovery(wanted: Wanted) -> Mapping[str, str]:
    """Not hot, so that the server takes connections only once it is where it was to come."""
    settings = {"hot_standby": "off", "restore_command": "false"}
    if wanted.archive is not None:
        settings["restore_command"] = f"cp {_for_a_shell(wanted.archive)}/%f %p"
    if wanted.to is not None:
        settings["recovery_target_time"] = wanted.to.astimezone(UTC).isoformat()
        settings["recovery_target_action"] = "promote"
    return settings


def _copy(base: Path, home: Home, account: Account) -> None:
    """Into a temporary folder, then renamed: a data folder is complete or not there."""
    folder = Path(tempfile.mkdtemp(prefix="data.", dir=home.path))
    shutil.copytree(base, folder, dirs_exist_ok=True)
    (folder / "recovery.signal").touch()
    for path in (folder, *folder.rglob("*")):
        account.own(path)
    folder.chmod(0o700)
    folder.rename(home.data)


def _for_a_shell(folder: Path) -> Path:
    """Only a path without characters that a shell reads goes into a command of the server."""
    resolved = folder.resolve()
    if not FOR_A_SHELL.fullmatch(str(resolved)):
        message = f"{resolved}: the archive's path may have letters, digits and /._+- alone."
        raise PostgresUnavailable(message)
    return resolved


def _enterable(folder: Path, account: Account, test: str) -> None:
    if not account.can(test, folder):
        message = f"{folder} cannot be used by the account (uid {account.uid}) of the server."
        raise PostgresUnavailable(message)
