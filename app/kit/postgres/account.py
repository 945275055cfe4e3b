import os
import pwd
import subprocess
from collections.abc import Sequence
from dataclasses import dataclass
from pathlib import Path

from app.kit.postgres.errors import PostgresUnavailable

ENVIRONMENT = {"PATH": "/usr/local/bin:/usr/bin:/bin", "LC_ALL": "C", "TZ": "UTC"}


@dataclass(frozen=True, slots=True)
class Account:
    """Whom the server runs as. `drops`: we are root and must become somebody else for it."""

    uid: int
    gid: int
    drops: bool

    def spawn(self, command: Sequence[str | Path], output: int) -> subprocess.Popen[bytes]:
        """Run as the account, in a session of its own, so that Ctrl-C does not reach it."""
        return subprocess.Popen(  # noqa: S603  our own command, no shell
            command,
            stdin=subprocess.DEVNULL,
            stdout=output,
            stderr=subprocess.STDOUT,
            cwd="/",
            env=ENVIRONMENT,
            umask=0o077,
            start_new_session=True,
            user=self.uid if self.drops else None,
            group=self.gid if self.drops else None,
            extra_groups=[] if self.drops else None,
        )

    def run(self, command: Sequence[str | Path]) -> tuple[int, str]:
        """Exit code and everything that was printed."""
        with self.spawn(command, subprocess.PIPE) as process:
            printed, _ = process.communicate()
        return process.returncode, printed.decode(errors="replace")

    def can(self, test: str, path: Path) -> bool:
        """What the shell's `test` says to the account, e.g. `-x`: permissions, ACLs, mounts."""
        return self.run(["/bin/sh", "-c", f'test {test} "$1"', "sh", path])[0] == 0

    def own(self, path: Path) -> None:
        if self.drops:
            os.chown(path, self.uid, self.gid)


def account_for(data: Path) -> Account:
    """Ourselves; for root the owner of the data, for new data `postgres`, else `nobody`."""
    if os.geteuid() != 0:
        return Account(os.geteuid(), os.getegid(), drops=False)
    if data.exists() and data.stat().st_uid != 0:
        return Account(data.stat().st_uid, data.stat().st_gid, drops=True)
    for name in ("postgres", "nobody"):
        try:
            entry = pwd.getpwnam(name)
        except KeyError:
            continue
        return Account(entry.pw_uid, entry.pw_gid, drops=True)
    message = "PostgreSQL does not run as root, and neither `postgres` nor `nobody` exists here."
    raise PostgresUnavailable(message)
