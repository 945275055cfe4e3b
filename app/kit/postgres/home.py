import os
import re
import shutil
import tempfile
from dataclasses import dataclass
from pathlib import Path

from app.kit.postgres.account import Account, account_for
from app.kit.postgres.binaries import ELSEWHERE
from app.kit.postgres.errors import PostgresUnavailable

PORT = 5432
LONGEST_SOCKET = 103
"""Bytes of a socket's path that every system takes (macOS has the smallest room)."""


@dataclass(frozen=True, slots=True)
class Home:
    """`pg<major>/`: ours, but for `data` and the socket's folder, which are the account's."""

    path: Path

    @property
    def data(self) -> Path:
        return self.path / "data"

    @property
    def gate(self) -> Path:
        """Held alone while the server is started or stopped."""
        return self.path / "gate.lock"

    @property
    def users(self) -> Path:
        """Shared by every process that uses the server."""
        return self.path / "users.lock"

    @property
    def log(self) -> Path:
        return self.path / "server.log"

    @property
    def socket(self) -> Path:
        """The socket's folder, or a link to it where the path would be too long."""
        return self.path / "socket"


def settle(data_dir: Path, major: int) -> tuple[Home, Account]:
    """Make or find the home; somewhere else, linked, if root's account cannot come in here."""
    data_dir.mkdir(parents=True, exist_ok=True)
    path = data_dir.resolve() / f"pg{major}"
    _refuse_another_major(path)
    account = account_for(path / "data")
    if not path.exists():
        _make(path, account)
    home = Home(path.resolve())
    if account.drops and not account.can("-x", home.path):
        message = f"{home.path} cannot be entered by the account (uid {account.uid}) that owns it."
        raise PostgresUnavailable(message)
    return home, account


def socket_folder(home: Home, account: Account) -> Path:
    """A folder of mode 0700; the same one as long as it exists, for addresses contain it."""
    link = home.socket
    if not link.is_symlink() and _is_plain(link):
        link.mkdir(exist_ok=True, mode=0o700)
        account.own(link)
        return link
    if link.is_symlink() and _is_private(link.resolve(), account):
        return link.resolve()
    folder = Path(tempfile.mkdtemp(prefix="tiers-", dir="/tmp"))  # the shortest
    account.own(folder)
    link.unlink(missing_ok=True)
    link.symlink_to(folder)
    return folder


def forget_socket_folder(home: Home) -> None:
    if home.socket.is_symlink():
        shutil.rmtree(home.socket.resolve(), ignore_errors=True)
        home.socket.unlink(missing_ok=True)


def _make(path: Path, account: Account) -> None:
    if path.is_symlink():
        message = f"{path} links to {path.readlink()}, which is gone, and the data with it."
        raise PostgresUnavailable(message)
    if not account.drops:
        path.mkdir(exist_ok=True, mode=0o700)
    elif account.can("-x", path.parent):
        path.mkdir(exist_ok=True)
        path.chmod(0o755)
    else:
        _make_elsewhere(path)


def _make_elsewhere(path: Path) -> None:
    try:
        ELSEWHERE.mkdir(parents=True, exist_ok=True, mode=0o755)
        target = Path(tempfile.mkdtemp(prefix=f"{path.name}-", dir=ELSEWHERE))
    except OSError as error:
        message = (
            f"Root's server account can enter neither {path.parent} nor {ELSEWHERE} ({error})."
            " Set TIERS_DATA_DIR to a folder that it can enter."
        )
        raise PostgresUnavailable(message) from error
    target.chmod(0o755)
    try:
        path.symlink_to(target)
    except FileExistsError:  # another process was faster
        target.rmdir()


def _refuse_another_major(path: Path) -> None:
    others = [other for other in path.parent.glob("pg*/data") if other.parent.name != path.name]
    if others and not (path / "data").exists():
        message = (
            f"{others[0]} belongs to another major version than {path.name}. Start that version"
            " (TIERS_PG_BINDIR) and dump it, or move the folder away to begin anew."
        )
        raise PostgresUnavailable(message)


def _is_plain(folder: Path) -> bool:
    """Short enough, and without a character that separates hosts in an address."""
    text = os.fspath(folder)
    longest = LONGEST_SOCKET - len(f"/.s.PGSQL.{PORT}")
    return len(text) <= longest and re.fullmatch(r"[A-Za-z0-9/._+-]+", text) is not None


def _is_private(folder: Path, account: Account) -> bool:
    if not folder.is_dir():
        return False
    status = folder.stat()
    return (status.st_uid, status.st_mode & 0o777) == (account.uid, 0o700)
