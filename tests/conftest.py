import gc
import os
import shutil
import tempfile
from pathlib import Path
from typing import NamedTuple

import hypothesis
import pytest
from sqlalchemy import URL, make_url

from app.kit.postgres import embedded
from tests import databases, pools

# The same examples each time, however slow: what is drawn anew is the campaigns' task.
hypothesis.settings.register_profile("steady", derandomize=True, deadline=None)


class ServerUrls(NamedTuple):
    """`admin` may create databases, `owner` owns them."""

    admin: URL
    owner: URL


@pytest.fixture(scope="session")
def folder():
    """A folder that root's server account can enter, unlike those of `tmp_path`."""
    path = Path(tempfile.mkdtemp(prefix="tiers-test-"))
    path.chmod(0o755)
    yield path
    shutil.rmtree(path)


@pytest.fixture(scope="session")
async def server(folder):
    """One throw-away server for the run, or the one of TIERS_TEST_DATABASE_URL.

    TIERS_TEST_SERVER: the folder of one that runs and that others use too.
    """
    if given := os.environ.get("TIERS_TEST_DATABASE_URL"):
        yield ServerUrls(make_url(given), make_url(given))
        return
    bindir = os.environ.get("TIERS_PG_BINDIR")
    settings = {"max_connections": "200", "shared_buffers": "256MB"}
    async with embedded(
        Path(os.environ.get("TIERS_TEST_SERVER", folder / "server")),
        settings=settings,
        bindir=Path(bindir) if bindir else None,
    ) as running:
        yield ServerUrls(make_url(running.superuser_url), make_url(running.url))


@pytest.fixture(scope="session")
async def migrated(server):
    """The name of a database at the newest revision, to copy."""
    async with databases.fresh(server) as url:
        yield make_url(url).database


@pytest.fixture(scope="module")
async def database_url(server, migrated):
    """A database of the module's own: nobody else's leases, debts or workers."""
    async with databases.copy(server, migrated) as url:
        yield url
        await pools.close(url)


def pytest_xdist_auto_num_workers():
    """One more than there are processors: much of a campaign is waiting for what was killed."""
    return (os.cpu_count() or 1) + 1


def pytest_configure():
    gc.disable()


def pytest_collection_finish():
    """Eight thousand tests are no garbage: they are not searched for it, now or later."""
    gc.freeze()
    gc.enable()


LONGEST = ("tests/proof/", "tests/cli/")


def pytest_collection_modifyitems(items):
    """The longest files first, so that no process works alone at the end."""
    items.sort(key=lambda item: not item.nodeid.startswith(LONGEST))
