"""The clock of a sandbox from outside."""

import pytest

from tests.api.merchant import faults, opened


@pytest.fixture
async def merchant(database_url):
    async with opened(database_url) as made:
        yield made


async def test_a_sandbox_tells_and_moves_its_date(merchant):
    await merchant.make(sandbox=True, today="2026-01-01")

    moved = await merchant.put("/v1/clock", {"today": "2026-02-01"}, match=None)

    assert (moved.status_code, moved.json()) == (200, {"today": "2026-02-01"})
    assert (await merchant.get("/v1/clock")).json() == {"today": "2026-02-01"}
    done = await merchant.rows(
        "SELECT count(*) AS n, min(as_of) AS a, max(as_of) AS b FROM checks WHERE scheduled"
        " AND state = 'finished' AND program_id = (SELECT id FROM programs WHERE key = :key)"
    )
    assert [str(one) for one in done[0].values()] == ["31", "2026-01-02", "2026-02-01"]


async def test_the_clock_never_goes_back(merchant):
    await merchant.make(sandbox=True, today="2026-01-10")

    answer = await merchant.put("/v1/clock", {"today": "2026-01-09"}, match=None)

    assert (answer.status_code, answer.json()["code"]) == (409, "clock_backwards")
    assert (await merchant.get("/v1/clock")).json() == {"today": "2026-01-10"}


async def test_a_real_program_has_no_clock_to_set(merchant):
    await merchant.make()

    for answer in (
        await merchant.get("/v1/clock"),
        await merchant.put("/v1/clock", {"today": "2026-12-01"}, match=None),
    ):
        assert (answer.status_code, answer.json()["code"]) == (409, "not_a_sandbox")


@pytest.mark.parametrize("today", ["2026-02-30", "1", 20260101, None, "0001-01-01"])
async def test_what_is_no_date_is_refused(merchant, today):
    await merchant.make(sandbox=True, today="2026-01-01")

    answer = await merchant.put("/v1/clock", {"today": today}, match=None)

    assert answer.status_code == 422


async def test_more_checks_than_a_request_can_run_are_refused(merchant):
    await merchant.make(sandbox=True, today="2026-01-01")

    far = await merchant.put("/v1/clock", {"today": "2036-01-01"}, match=None)
    await merchant.patch("/v1/settings", {"check_schedule": "0 0 1 1 *"})
    moved = await merchant.put("/v1/clock", {"today": "2036-01-01"}, match=None)

    assert (far.status_code, faults(far)) == (422, [("/today", "too_far")])
    assert (moved.status_code, moved.json()) == (200, {"today": "2036-01-01"})
