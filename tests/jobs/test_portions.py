"""A member has whatever it has; what is read of it at a time is bounded, and comes to the same."""

import json
from datetime import timedelta

import pytest

from app.checks import audit, refolding
from app.evaluation import service as evaluation
from app.orders import portions, repository
from app.orders.portions import few
from app.orders.resolving import Book
from app.programs import service as programs
from tests.api.crowd import run_owed_check
from tests.api.town import DEFINITION, TODAY, opened

AT_ONCE = 3
ORDERS = {"a": 7, "b": 2, "c": 1}
GOODS = {"amount_basis": "goods", "debounce_seconds": 0}
OF_GOODS = {"a": 35_000, "b": 10_000, "c": 5_000}
REPRESENTS = (
    "INSERT INTO representations (member_id, organization_id, from_on, until_on, program_id,"
    " recorded) VALUES (:a, :organization, :day, :day, :program_id, 1)"
)


@pytest.fixture
async def town(database_url):
    """Ten orders of three customers, 60.00 each with 10.00 of shipping."""
    async with opened(database_url, DEFINITION) as made:
        for name, number in ORDERS.items():
            for _ in range(number):
                await made.order(name, "60.00", shipping="10.00")
        yield made


@pytest.fixture
def read(monkeypatch):
    """How many orders each look at some has asked for."""
    found, orders_at = [], repository.orders_at

    async def seen(session, program_id, homes):
        found.append(len(homes))
        return await orders_at(session, program_id, homes)

    monkeypatch.setattr(portions, "ORDERS", AT_ONCE)
    monkeypatch.setattr(repository, "orders_at", seen)
    return found


async def edit(town, **settings):
    answer = await town.api.patch("/v1/settings", json=settings, headers={"If-Match": "*"})
    assert answer.status_code == 200, answer.text


async def spent(town):
    found = [await town.spend("customer", name) for name in ORDERS]
    return {name: one[TODAY] for name, one in zip(ORDERS, found, strict=True)}


async def previewed(town):
    definition = json.loads(json.dumps(DEFINITION))
    definition["settings"] |= GOODS
    answer = await town.api.post("/v1/preview", json={"definition": definition})
    assert answer.status_code == 200, answer.text
    return answer.json()


async def test_a_preview_counts_some_orders_at_a_time(town, read, monkeypatch):
    monkeypatch.setattr(portions, "ORDERS", 100)
    whole = await previewed(town)
    monkeypatch.setattr(portions, "ORDERS", AT_ONCE)

    found = await previewed(town)

    assert found == whole
    assert read == [10, 3, 3, 3, 1]


async def test_an_edit_counts_some_orders_at_a_time(town, read):
    await edit(town, **GOODS)

    await run_owed_check(town)

    assert read == [3, 3, 3, 1]
    assert await spent(town) == OF_GOODS
    assert await proved(town) == (True, 3)


async def test_the_members_of_few_orders_are_locked_at_a_time(town, monkeypatch):
    monkeypatch.setattr(evaluation, "ORDERS_AT_ONCE", AT_ONCE)
    recounted, recount = [], evaluation.orders.recount

    async def seen(session, book, members, locked):
        recounted.append({name_of(town, one) for one in members})
        return await recount(session, book, members, locked)

    monkeypatch.setattr(evaluation.orders, "recount", seen)
    await edit(town, **GOODS)

    await run_owed_check(town)

    assert sorted(map(sorted, recounted)) in ([["a"], ["b", "c"]], [["a"], ["b"], ["c"]])
    assert await spent(town) == OF_GOODS


async def test_a_fact_of_who_is_yet_to_be_counted_anew_counts_some_orders_at_a_time(town, read):
    await edit(town, **GOODS)

    await town.order("a", "60.00", shipping="10.00")

    assert read[:3] == [3, 3, 1]
    assert (await town.spend("customer", "a"))[TODAY] == 40_000


async def test_a_rate_counts_some_orders_at_a_time(town, read):
    for _ in range(7):
        await town.order("d", "20.00", currency="USD")
    read.clear()

    await town.put(f"exchange-rates/{TODAY}", USD="1.50")

    assert read == [3, 3, 1]
    assert (await town.spend("customer", "d"))[TODAY] == 21_000
    assert await town.changes("customer", "d", "tiers") == [
        ("tier.assigned", None, "silver", "order", "qualified")
    ]


async def test_an_audit_proves_some_orders_at_a_time(town, monkeypatch):
    asked, folded = [], refolding.folded

    async def seen(session, program_id, keys):
        asked.append(len(keys))
        return await folded(session, program_id, keys)

    monkeypatch.setattr(portions, "ORDERS", AT_ONCE)
    monkeypatch.setattr(refolding, "folded", seen)

    assert await proved(town) == (True, 3)
    assert asked == [3, 3, 3, 1]


async def test_an_audit_proves_members_of_few_orders_at_a_time(town, monkeypatch):
    chunks, prove = [], audit.prove

    async def seen(session, bench, members):
        chunks.append({name_of(town, one) for one in members})
        return await prove(session, bench, members)

    monkeypatch.setattr(audit, "ORDERS_AT_ONCE", AT_ONCE)
    monkeypatch.setattr(audit, "prove", seen)

    assert await proved(town) == (True, 3)
    assert sorted(map(sorted, chunks)) in ([["a"], ["b", "c"]], [["a"], ["b"], ["c"]])


@pytest.mark.parametrize(
    ("names", "most", "expected"),
    [
        ("abc", 10, "abc"),
        ("abc", 9, "ab"),
        ("abc", 8, "a"),
        ("abc", 1, "a"),
        ("bca", 3, "bc"),
        ("xbxc", 2, "xbx"),
        ("x", 0, "x"),
        ("xxbxxb", 3, "xxbxx"),
        ("", 5, ""),
    ],
)
async def test_few_are_the_first_with_so_many_orders(town, monkeypatch, names, most, expected):
    monkeypatch.setattr(portions, "FIRST", 2)
    members = [town.member("customer", name) for name in names]

    async with town.db.transaction() as session:
        found = await few(session, town.program_id, members, most)

    assert list(found) == members[: len(expected)]


async def test_who_was_touched_before_more_locks_were_needed_is_told_too(town, monkeypatch):
    """Two orders go to two organizations, and neither is known to be concerned beforehand."""
    monkeypatch.setattr(portions, "ORDERS", 1)
    await edit(town, dated_by="placed", debounce_seconds=0)
    await run_owed_check(town)
    for number, group in enumerate(["o-1", "o-2"]):
        day = TODAY - timedelta(number)
        await town.put(f"organizations/{group}")
        placed = f"{TODAY - timedelta(20)}T10:00:00Z"
        await town.order("p", "60.00", day, placed_at=placed)
        a, organization = town.member("customer", "p"), town.member("organization", group)
        await town.rows(REPRESENTS, a=a, organization=organization, day=day)
    before = await town.spend("customer", "p")
    await edit(town, dated_by="paid")

    async with town.db.transaction() as session:
        rules = await programs.hold(session, town.program_id)
        book = Book(rules, TODAY, town.clock.now())
        touched = await evaluation._recount(session, book, [a])  # noqa: SLF001

    concerned = {("customer", "p"), ("organization", "o-1"), ("organization", "o-2")}
    assert before == {TODAY - timedelta(20): 12_000}
    assert touched == {town.member(*one) for one in concerned}
    assert await town.spend("organization", "o-1") == {TODAY: 6_000}
    assert await town.spend("organization", "o-2") == {TODAY - timedelta(1): 6_000}


async def proved(town):
    report = await audit.audit(town.db, town.clock, town.program_id)
    return report.is_clean, report.members_total


def name_of(town, member):
    return next(name for name in ORDERS if town.member("customer", name) == member)
