"""Code runs on the schema of its own release, and on a later one that says so."""

import httpx2 as httpx
import pytest

from app.kit.clock import SystemClock
from app.kit.db import connect
from app.kit.migrations import NotOurs, in_range, migrate, revision_of, served_by
from app.kit.opening import faults
from app.main import create_app
from app.settings import Settings
from tests.roles import as_service
from tests.schema.test_revisions import empty_url

__all__ = ["empty_url"]

OURS = "20261122_roles"
LINE = "The schema is not one that this code runs on: migrate."
REVISION = """
from alembic import op

revision = "{name}"
down_revision = "{below}"
{more}

def upgrade() -> None:
    op.execute("CREATE TABLE {name} (id bigint PRIMARY KEY)")


def downgrade() -> None:
    op.execute("DROP TABLE {name}")
"""


@pytest.fixture
def later(tmp_path):
    """Revisions of two releases to come: the first only expands, the second takes away."""
    for name, below, more in [
        ("expanding", OURS, "expands = True"),
        ("taking", "expanding", "expands = False"),
    ]:
        (tmp_path / f"{name}.py").write_text(REVISION.format(name=name, below=below, more=more))
    return tmp_path


@pytest.mark.parametrize(
    ("steps", "served"),
    [
        ([], []),
        ([("c", False), ("b", True), ("a", False)], ["c"]),
        ([("c", True), ("b", False), ("a", True)], ["c", "b"]),
        ([("c", True), ("b", True), ("a", False)], ["c", "b", "a"]),
    ],
)
def test_a_schema_serves_the_code_below_each_expanding_revision(steps, served):
    assert served_by(steps) == served


async def test_code_runs_on_its_schema_and_a_later_one_that_only_expands(empty_url, later):
    db = connect(empty_url, pool=1, overflow=0)
    said = [await in_range(db)]
    for revision in ("head", "expanding", "taking", "expanding", OURS, "20261122_worth"):
        await migrate(db, revision, also=later if revision != "head" else None)
        said.append(await in_range(db))
    await db.close()

    assert said == [False, True, True, False, True, True, False]


async def test_a_process_is_not_ready_while_the_schema_is_out_of_its_range(empty_url, later):
    db = connect(empty_url, pool=1, overflow=0)
    app = create_app(Settings.model_construct(docs="off"), db=db)
    app.state.stopping, app.state.db = False, db
    said = []
    async with httpx.AsyncClient(transport=httpx.ASGITransport(app), base_url="http://t") as web:
        for revision in ("head", "expanding", "taking", "expanding"):
            await migrate(db, revision, also=later if revision != "head" else None)
            said.append((await web.get("/readyz")).status_code)
    await db.close()

    assert said == [200, 200, 503, 200]


async def test_a_later_schema_is_left_as_it_is_or_refused_in_one_line(empty_url, later):
    db = connect(empty_url, pool=1, overflow=0)
    await migrate(db, "expanding", also=later)
    await migrate(db)
    left = await revision_of(db)
    await migrate(db, "taking", also=later)
    with pytest.raises(NotOurs, match="at taking, which this code does not know"):
        await migrate(db)
    service = connect(as_service(empty_url), pool=1, overflow=0)
    told = await faults(service, SystemClock(), 1)
    await db.close()
    await service.close()

    assert left == "expanding"
    assert LINE in told
