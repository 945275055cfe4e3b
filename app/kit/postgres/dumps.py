import os
import subprocess
from datetime import UTC, datetime
from pathlib import Path

from sqlalchemy import make_url

from app.kit.postgres.binaries import find
from app.kit.postgres.errors import PostgresUnavailable

STAMP = "tiers-%Y%m%dT%H%M%SZ.dump"


def dump(url: str, folder: Path, at: datetime, bindir: Path | None) -> Path:
    """A dump of one database for `pg_restore`, whole or not there. Raises PostgresUnavailable."""
    pg_dump = find(bindir).folder / "pg_dump"
    target = folder.resolve() / at.astimezone(UTC).strftime(STAMP)
    folder.mkdir(parents=True, exist_ok=True)
    part = target.with_suffix(".part")
    part.touch(mode=0o600)
    address, password = _of_libpq(url)
    done = subprocess.run(  # noqa: S603  our own command, no shell
        [pg_dump, "--format=custom", "--no-owner", "--no-privileges", f"--file={part}", address],
        env={"PATH": os.defpath, "LC_ALL": "C", "PGPASSWORD": password},
        capture_output=True,
        text=True,
        check=False,
    )
    if done.returncode != 0:
        part.unlink()
        message = f"The dump failed: {done.stderr.strip()[-2000:]}"
        raise PostgresUnavailable(message)
    return part.rename(target)


def _of_libpq(url: str) -> tuple[str, str]:
    """The address without its password, which no list of processes should show; and that."""
    parsed = make_url(url)
    query = {{"ssl": "sslmode"}.get(name, name): value for name, value in parsed.query.items()}
    plain = parsed.set(drivername="postgresql", password=None, query=query)
    return plain.render_as_string(), parsed.password or ""
