"""The exchange of 1C: orders pushed by an unmodified one, to the decision."""

import asyncio
from datetime import timedelta

import pytest

from app.inbound.exchange.files import READ_SECONDS
from app.inbound.exchange.jobs import IDLE, exchange_loop
from app.inbound.exchange.reading import BATCH
from tests.api.onec import exchanging, left, order, package, packed
from tests.api.town import opened


@pytest.fixture
async def town(database_url):
    async with opened(database_url) as found:
        yield found


def errands(town):
    return exchange_loop(town.db, town.clock, town.app.state.seal)


async def test_an_exchange_as_1c_does_it(town):
    onec = await exchanging(town)
    limits = await onec.begin()
    assert limits == {"zip": "yes", "file_limit": "1048576"}

    document = (await onec.ask("query")).content
    assert document.startswith(b'<?xml version="1.0" encoding="windows-1251"?>')
    assert "КоммерческаяИнформация" in document.decode("windows-1251")
    assert await onec.lines("success") == ["success"]
    body = packed(package(order("A-1", "600.00"), order("A-2", "500.00", "78")))
    await onec.send("v8_1.zip", body, size=len(body) // 2 + 1)
    lines = await onec.imported("orders.xml")

    assert lines == ["success", "Заказов принято: 2, отложено: 0"]
    assert await town.level("customer", "77") == "silver"
    assert await town.level("customer", "78") == "silver"
    assert await left(town) == 0


async def test_the_same_file_twice_changes_nothing(town):
    onec = await exchanging(town)
    for _ in range(2):
        await onec.begin()
        await onec.send("orders.xml", package(order("A-1", "600.00")))
        assert await onec.imported("orders.xml") == ["success", "Заказов принято: 1, отложено: 0"]

    assert sum((await town.spend("customer", "77")).values()) == 60_000
    assert len(await town.rows("SELECT 1 FROM order_events WHERE program_id = :program_id")) == 1


async def test_a_later_file_wins_whatever_came_first(town):
    onec = await exchanging(town)
    await onec.begin()
    await onec.send("2.xml", package(order("A-1", "40.00"), at="2026-11-21T10:00:00"))
    await onec.imported("2.xml")
    await onec.send("1.xml", package(order("A-1", "900.00"), at="2026-11-21T09:00:00"))
    await onec.imported("1.xml")

    assert sum((await town.spend("customer", "77")).values()) == 4_000


async def test_a_bad_order_is_kept_and_told_and_fails_no_other(town):
    onec = await exchanging(town)
    await onec.begin()
    await onec.send(
        "o.xml", package(order("A-1", "6 00"), order("A-2"), order("A-3", currency="?"))
    )

    lines = await onec.imported("o.xml")

    assert lines == [
        "success",
        "Заказов принято: 1, отложено: 2",
        "line 3, A-1: bad_amount",
        "line 5, A-3: unknown_currency",
    ]
    kept = await town.rows(
        "SELECT reason, detail, raw, headers FROM order_events"
        " WHERE program_id = :program_id AND outcome = 'quarantined' ORDER BY reason"
    )
    assert [one["reason"] for one in kept] == ["bad_amount", "unknown_currency"]
    assert "A-1" in bytes(kept[0]["raw"]).decode()
    assert "A-2" not in bytes(kept[0]["raw"]).decode()


async def test_a_bad_order_counts_when_its_cause_is_mended_and_it_is_read_again(town):
    onec = await exchanging(town)
    await onec.begin()
    await onec.send("o.xml", package(order("A-1", "600.00"), order("A-2", "600.00", currency="ев")))
    await onec.imported("o.xml")
    before = sum((await town.spend("customer", "77")).values())
    patch = {"currency_map": {"ев": "EUR"}}
    await town.api.patch("/v1/sources/erp", json=patch, headers={"If-Match": "*"})
    [kept] = (await town.api.get("/v1/inbound-events?state=quarantined")).json()["items"]

    answer = await town.api.post(f"/v1/inbound-events/{kept['id']}/replay")

    assert answer.status_code == 200, answer.text
    assert before == 60_000
    assert sum((await town.spend("customer", "77")).values()) == 120_000


async def test_a_damaged_file_is_told_and_what_came_before_the_fault_counts(town):
    onec = await exchanging(town)
    await onec.begin()
    await onec.send("o.xml", package(order("A-1", "600.00"), order("A-2"))[:-40])
    await onec.send("o.zip", packed(package(order("A-3")))[:-30])

    lines = await onec.imported("o.xml")
    packed_lines = await onec.imported("o.zip")

    assert lines[0] == packed_lines[0] == "failure"
    assert "not well-formed at line" in lines[1]
    assert "damaged" in packed_lines[1]
    assert lines == await onec.imported("o.xml"), "and told again when asked again"
    assert await town.level("customer", "77") == "silver"
    assert await left(town) == 0


async def test_a_large_file_is_read_on_at_each_call(town, monkeypatch):
    onec = await exchanging(town)
    monkeypatch.setattr("app.inbound.exchange.files.READ_SECONDS", 0.0)
    await onec.begin()
    orders = [order(f"A-{n}", "1.00", f"c-{n % 7}") for n in range(2 * BATCH + 10)]
    await onec.send("o.xml", package(*orders), size=50_000)

    progress = [await onec.lines("import", filename="o.xml") for _ in range(2)]
    lines = await onec.imported("o.xml")

    assert READ_SECONDS > 1
    assert progress == [["progress", f"Загружено заказов: {n * BATCH}"] for n in (1, 2)]
    assert lines == ["success", f"Заказов принято: {len(orders)}, отложено: 0"]
    counted = await town.rows("SELECT count(*) AS n FROM orders WHERE program_id = :program_id")
    assert counted[0]["n"] == len(orders)


async def test_two_calls_at_once_read_a_file_once(town, monkeypatch):
    onec = await exchanging(town)
    monkeypatch.setattr("app.inbound.exchange.files.BUSY_SECONDS", 0.01)
    await onec.begin()
    await onec.send("o.xml", package(*(order(f"A-{n}", "1.00") for n in range(60))))

    answers = await asyncio.gather(*(onec.lines("import", filename="o.xml") for _ in range(4)))

    words = [one[0] for one in answers]
    assert set(words) <= {"success", "progress"}
    assert await onec.imported("o.xml") == ["success", "Заказов принято: 60, отложено: 0"]
    assert len(await town.rows("SELECT 1 FROM order_events WHERE program_id = :program_id")) == 60


async def test_a_reader_that_died_is_followed_by_another(town):
    onec = await exchanging(town)
    await onec.begin()
    await onec.send("o.xml", package(order("A-1")))
    await town.rows(
        "UPDATE exchange_files SET held_until = :until, claims = 1 WHERE program_id = :program_id",
        until=town.clock.now() + timedelta(seconds=60),
    )

    assert (await onec.lines("import", filename="o.xml"))[0] == "progress"
    town.clock.at += timedelta(seconds=61)

    assert (await onec.imported("o.xml"))[0] == "success"


async def test_what_an_older_1c_never_asks_to_import_is_read_when_it_stops_growing(town):
    onec = await exchanging(town)
    await onec.begin()
    await onec.send("o.zip", packed(package(order("A-1", "600.00"))))
    errand = errands(town)

    assert await errand.work() is False, "it may still grow"
    town.clock.at += IDLE + timedelta(seconds=1)
    assert await errand.work() is True
    assert await errand.work() is False

    assert await town.level("customer", "77") == "silver"
    assert await left(town) == 0


async def test_a_file_whose_source_has_ended_is_given_up(town):
    onec = await exchanging(town)
    await onec.begin()
    await onec.send("o.xml", package(order("A-1", "600.00")))
    await town.api.delete("/v1/sources/erp", headers={"If-Match": "*"})
    town.clock.at += IDLE + timedelta(seconds=1)

    assert await errands(town).work() is True

    states = await town.rows("SELECT state FROM exchange_files WHERE program_id = :program_id")
    assert [one["state"] for one in states] == ["failed"]
    assert (await onec.ask("init")).status_code == 404


async def test_goods_are_taken_and_left_out(town):
    onec = await exchanging(town)
    await onec.begin("catalog")

    for name in ("import.zip", "import_files/aa/photo.jpg"):
        assert await onec.lines("file", "catalog", body=b"PK", filename=name) == ["success"]
    assert await onec.lines("import", "catalog", filename="import.xml") == ["success"]
    assert await onec.lines("deactivate", "catalog") == ["success"]
    assert await left(town, "exchange_files") == 0
