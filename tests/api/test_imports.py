"""Files by HTTP: taken in in the background, refused lines told, nothing there twice."""

import gzip
from contextlib import suppress

import pytest

from app.access.caller import Scope
from tests.api.facts import snapshot
from tests.api.filing import errors, lines, send, shown, table, taken, work, workbook
from tests.api.merchant import faults
from tests.api.town import key, opened

NOBODY = "00000000-0000-4000-8000-000000000000"
PAID = "2026-11-20T10:00:00Z"
HEAD = ("id", "status", "customer_id", "currency", "total", "paid_at")


@pytest.fixture
async def town(database_url):
    async with opened(database_url) as made:
        yield made


def order(number, customer="c-1", total="600.00"):
    return snapshot(f"o-{number}", f"e-{number}", customer_id=customer, total=total)


async def orders(town):
    found = await town.rows(
        "SELECT order_id, counted_amount FROM orders WHERE program_id = :program_id"
        " ORDER BY order_id"
    )
    return [tuple(one.values()) for one in found]


async def test_orders_are_recorded_and_everybody_touched_is_decided_once(town):
    content = lines(*(order(n, f"c-{n % 3}") for n in range(9)))

    said = await taken(town, "orders", content, filename="orders.ndjson", format=None)

    assert (said["state"], said["error"]) == ("finished", None)
    assert said["outcomes"] == {"accepted": 9}
    assert said["moves"]["up"] == 6  # each of three: a tier and a stage
    assert (said["rows_done"], said["bytes_done"], said["bytes_total"]) == (
        9, len(content), len(content),
    )  # fmt: skip
    assert await town.level("customer", "c-1") == "gold"
    moves = await town.changes("customer", "c-1", "tiers")
    assert moves == [("tier.assigned", None, "gold", "import", "qualified")]


async def test_the_same_file_twice_changes_nothing(town):
    content = lines(*(order(n) for n in range(5)))
    await taken(town, "orders", content)
    before = await orders(town), await town.changes("customer", "c-1")

    said = await taken(town, "orders", content)

    assert said["outcomes"] == {"duplicate": 5}
    assert (await orders(town), await town.changes("customer", "c-1")) == before


async def test_a_file_is_gone_when_it_is_taken_in(town):
    said = await taken(town, "orders", lines(order(1)))

    assert said["state"] == "finished"
    assert await town.rows("SELECT 1 FROM import_chunks WHERE program_id = :program_id") == []


async def test_refused_lines_are_told_with_line_and_column(town):
    bad = order(2)
    bad["order"]["total"] = "ten euros"
    content = (
        lines(order(1), bad)
        + b"{\n"
        + lines({**order(1), "occurred_at": "2026-11-21T10:00:00Z", "order": order(3)["order"]})
    )

    said = await taken(town, "orders", content)

    assert said["outcomes"] == {"accepted": 1, "refused": 3}
    found = await errors(town, said)
    assert [(one["line"], one["column"], one["event_id"], one["reason"]) for one in found] == [
        (2, "total", "e-2", "not_valid"),
        (3, None, None, "not_parsable"),
        (4, None, "e-1", "event_conflict"),
    ]
    assert "ten euros" not in str(found)
    csv_text = (await town.api.get(f"/v1/imports/{said['id']}/errors.csv")).text
    assert csv_text.splitlines()[:2] == [
        "line,column,event_id,reason,detail",
        "2,total,e-2,not_valid," + csv_text.splitlines()[1].split(",", 4)[4],
    ]
    assert len(csv_text.splitlines()) == 4


@pytest.mark.parametrize("delimiter", [",", ";", "\t"])
@pytest.mark.parametrize("encoding", ["utf-8", "utf-8-sig", "windows-1251"])
async def test_a_table_is_read_whatever_stands_between_its_cells(town, delimiter, encoding):
    rows = [HEAD, ("Ж-1", "paid", "c-1", "EUR", "10.50", PAID)]
    declared = "windows-1251" if encoding == "windows-1251" else "utf-8"

    said = await taken(
        town, "orders", table(*rows, delimiter=delimiter, encoding=encoding),
        format="csv", encoding=declared,
    )  # fmt: skip

    assert said["outcomes"] == {"accepted": 1}
    assert await orders(town) == [("Ж-1", 1050)]


async def test_a_spreadsheet_keeps_amounts_and_local_dates_exactly(town):
    rows = [
        HEAD,
        (7, "paid", "c-1", "EUR", 1234.1, PAID),
        ("8", "paid", "c-1", "EUR", "0.10", PAID),
    ]

    said = await taken(town, "orders", workbook(*rows), filename="o.xlsx", format=None)

    assert said["outcomes"] == {"accepted": 2}
    assert await orders(town) == [("7", 123410), ("8", 10)]


async def test_a_compressed_file_is_unpacked(town):
    said = await taken(town, "orders", gzip.compress(lines(order(1))), filename="o.ndjson.gz")

    assert said["outcomes"] == {"accepted": 1}


async def test_an_import_that_was_cancelled_reads_no_further(town):
    job_steps = 2
    answer = await send(town, "orders", lines(*(order(n, f"c-{n}") for n in range(2_500))))
    await work(town, steps=job_steps)

    cancelled = await town.api.post(f"/v1/imports/{answer.json()['id']}/cancel")
    await work(town)

    assert cancelled.status_code == 200
    said = await shown(town, answer.json()["id"])
    assert (said["state"], said["rows_done"]) == ("cancelled", 1_000)
    assert len(await orders(town)) == 1_000
    assert said["moves"]["up"] == 2_000
    again = await town.api.post(f"/v1/imports/{answer.json()['id']}/cancel")
    assert (again.status_code, again.json()["code"]) == (409, "import_ended")


async def test_an_import_that_has_not_begun_is_cancelled_at_once(town):
    answer = await send(town, "orders", lines(order(1)))

    cancelled = await town.api.post(f"/v1/imports/{answer.json()['id']}/cancel")
    await work(town)

    assert cancelled.json()["state"] == "cancelled"
    assert await orders(town) == []
    assert await town.rows("SELECT 1 FROM import_chunks WHERE program_id = :program_id") == []


async def test_a_repeated_request_with_its_key_is_one_import(town):
    headers = {"Idempotency-Key": "once"}

    first = await send(town, "orders", lines(order(1)), headers=headers)
    again = await send(town, "orders", lines(order(1)), headers=headers)
    other = await send(town, "orders", lines(order(2)), headers=headers)

    assert (first.status_code, again.status_code) == (202, 202)
    assert again.json() == first.json()
    assert (other.status_code, other.json()["code"]) == (422, "request_invalid")
    assert len(await town.rows("SELECT 1 FROM imports WHERE program_id = :program_id")) == 1
    await work(town)


@pytest.mark.parametrize(
    ("scope", "kind", "status"),
    [
        ("ingest", "orders", 202), ("ingest", "customers", 403), ("ingest", "overrides", 403),
        ("configure", "orders", 403), ("configure", "customers", 202),
        ("configure", "organizations", 202), ("configure", "representatives", 202),
        ("operate", "overrides", 202), ("operate", "tiers", 202), ("operate", "customers", 403),
        ("read", "orders", 403), ("admin", "orders", 403),
    ],
)  # fmt: skip
async def test_each_kind_needs_the_scope_of_what_it_does(town, scope, kind, status):
    headers = await key(town, Scope(scope))

    answer = await send(town, kind, b"{}", headers=headers)

    assert answer.status_code == status
    await work(town)


async def test_a_key_sees_the_imports_that_it_might_make(town):
    made = (await send(town, "orders", lines(order(1)))).json()["id"]

    seen = {}
    for scope in ("ingest", "read", "configure", "admin"):
        headers = await key(town, Scope(scope))
        one = await town.api.get(f"/v1/imports/{made}", headers=headers)
        some = await town.api.get("/v1/imports", headers=headers)
        seen[scope] = (one.status_code, len(some.json().get("items", "-")))

    assert seen == {"ingest": (200, 1), "read": (200, 1), "configure": (404, 0), "admin": (403, 1)}
    await work(town)


async def test_imports_are_listed_page_by_page_the_newest_first(town):
    made = [(await send(town, "orders", lines(order(n)))).json()["id"] for n in range(3)]

    first = (await town.api.get("/v1/imports?limit=2")).json()
    last = (await town.api.get(f"/v1/imports?limit=2&after={first['next']}")).json()

    assert [one["id"] for one in first["items"] + last["items"]] == made[::-1]
    assert last["next"] is None
    await work(town)


@pytest.mark.parametrize(
    ("params", "pointer"),
    [
        ({"kind": "people"}, "/query/kind"),
        ({"kind": "orders", "format": None}, "/query/format"),
        ({"kind": "orders", "format": "xml"}, "/query/format"),
        ({"kind": "orders", "encoding": "utf-16"}, "/query/encoding"),
        ({"kind": "orders", "source": "nobody!"}, "/query/source"),
        ({"kind": "tiers", "as_overrides": "keep"}, "/query"),
        ({"kind": "orders", "colour": "red"}, "/query/colour"),
    ],
)
async def test_what_cannot_be_is_refused_before_a_byte_is_kept(town, params, pointer):
    answer = await send(town, params.pop("kind"), lines(order(1)), **params)

    assert answer.status_code == 422
    assert [one[0] for one in faults(answer)] == [pointer]
    assert await town.rows("SELECT 1 FROM imports WHERE program_id = :program_id") == []


async def test_no_file_is_no_import(town):
    answer = await send(town, "orders", b"")

    assert (answer.status_code, answer.json()["code"]) == (422, "file_missing")
    assert await town.rows("SELECT 1 FROM imports WHERE program_id = :program_id") == []


async def test_files_do_not_pile_up(town):
    answers = [await send(town, "orders", lines(order(n))) for n in range(21)]
    await work(town)
    after = await send(town, "orders", lines(order(1)))

    assert [one.status_code for one in answers] == [202] * 20 + [429]
    assert answers[-1].json()["code"] == "too_many_imports"
    assert answers[-1].headers["retry-after"] == "60"
    assert after.status_code == 202
    await work(town)


async def test_what_an_abandoned_upload_left_is_removed(town):
    async def ends_early():
        yield b"x" * 1_500_000
        raise ConnectionResetError

    with suppress(ConnectionResetError):
        await send(town, "orders", ends_early())
    kept = await town.rows("SELECT 1 FROM import_chunks WHERE program_id = :program_id")
    await town.rows(
        "INSERT INTO imports (id, program_id, kind, form, encoding, key_id, state, created_at,"
        " lease_until) VALUES (gen_random_uuid(), :program_id, 'orders', 'csv', 'utf-8', 'k',"
        " 'receiving', :at, :at)",
        at=town.clock.now(),
    )
    await work(town)

    assert kept == []
    assert await town.rows("SELECT 1 FROM imports WHERE program_id = :program_id") == []


async def test_there_is_no_such_import(town):
    for path in ("", "/errors", "/differences", "/errors.csv", "/differences.csv"):
        answer = await town.api.get(f"/v1/imports/{NOBODY}{path}")
        assert (answer.status_code, answer.json()["code"]) == (404, "import_not_found")
    odd = await town.api.get("/v1/imports?after=Zm9yZ2Vk")
    assert odd.status_code == 422
