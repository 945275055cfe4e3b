"""Tables that go out: everybody with what it holds, every change; no cell becomes a formula."""

import asyncio
import csv
import io
import json
from contextlib import suppress

import openpyxl
import pytest

from app.access.caller import Scope
from app.kit.downloads import Table
from app.kit.sheets import plain, safe
from tests.api.filing import taken
from tests.api.town import DEFINITION, key, opened, tier

GIVING = tier("silver", "100.00", benefits={"discount_percent": "5.00", "entitlements": ["a", "b"]})


@pytest.fixture
async def town(database_url):
    async with opened(
        database_url, {**DEFINITION, "tiers": [GIVING, tier("gold", "1000.00")]}
    ) as made:
        yield made


@pytest.fixture
async def people(town):
    """A customer of a dangerous name, one for an organization, and one with nothing."""
    await town.put("customers/=1+1", tags=["b", "a"])
    await town.order("=1+1", "150.00")
    await town.put("customers/c-2", organization_id="o-1")
    await town.order("c-2", "1500.00")
    await town.put("customers/-5")
    return town


async def export(town, what, form):
    return await town.api.get(f"/v1/exports/{what}?format={form}")


def read(answer, form):
    if form == "ndjson":
        return [json.loads(line) for line in answer.text.splitlines()]
    if form == "csv":
        return list(csv.DictReader(io.StringIO(answer.content.decode())))
    rows = openpyxl.load_workbook(io.BytesIO(answer.content), read_only=True).active.values
    names, *found = rows
    return [dict(zip(names, row, strict=True)) for row in found]


@pytest.mark.parametrize("form", ["csv", "ndjson", "xlsx"])
async def test_everybody_comes_with_what_it_holds_and_gets(people, form):
    answer = await export(people, "customers", form)

    found = read(answer, form)
    name = "'=1+1" if form == "csv" else "=1+1"
    none = "" if form == "csv" else None
    assert [(one["kind"], one["id"], one["tier"]) for one in found] == [
        ("customer", "-5", none),
        ("customer", name, "silver"),
        ("customer", "c-2", "gold"),
        ("organization", "o-1", "gold"),
    ]
    assert found[1]["discount_percent"] == "5.00"
    assert found[1]["entitlements"] == (["a", "b"] if form == "ndjson" else "a;b")
    assert found[2]["organization_id"] == "o-1"
    assert answer.headers["content-disposition"] == f'attachment; filename="customers.{form}"'


@pytest.mark.parametrize("form", ["csv", "ndjson", "xlsx"])
async def test_every_change_comes_in_order(people, form):
    found = read(await export(people, "changes", form), form)

    moves = [(one["type"], one["to_level"]) for one in found if one["kind"] == "customer"]
    assert ("tier.assigned", "silver") in moves
    assert [one["recorded_at"] for one in found] == sorted(one["recorded_at"] for one in found)
    held = [one["sequence"] for one in found if one["id"] in {"=1+1", "'=1+1"}]
    assert held == (["1"] if form == "csv" else [1])


async def test_no_cell_of_a_workbook_is_a_formula(people):
    answer = await export(people, "customers", "xlsx")

    book = openpyxl.load_workbook(io.BytesIO(answer.content))
    kinds = {cell.data_type for row in book.active.iter_rows() for cell in row if cell.value}
    assert kinds <= {"s", "inlineStr", "n"}
    assert "=1+1" in [row[0].value for row in book.active.iter_rows()]


async def test_an_exported_table_of_customers_comes_in_as_it_went_out(people):
    table = read(await export(people, "customers", "csv"), "csv")
    names = ("id", "tags", "joined_on", "currency")
    file = io.StringIO()
    writer = csv.DictWriter(file, names, extrasaction="ignore")
    writer.writeheader()
    writer.writerows(one for one in table if one["kind"] == "customer")

    said = await taken(people, "customers", file.getvalue().encode(), format="csv")

    assert said["outcomes"] == {"accepted": 3}
    again = read(await export(people, "customers", "csv"), "csv")
    assert again == table


@pytest.mark.parametrize(
    "text", ["=1", "+1", "-x", "@a", "\t=", "\r=", "'=1", "''-x", "-", "+44 1"]
)
def test_whatever_looks_like_a_formula_goes_out_and_in_again(text):
    assert safe(text).startswith("'")
    assert plain(safe(text)) == text


@pytest.mark.parametrize("text", ["-5", "-5.20", "12", "a=b", "", "'a", "c-1"])
def test_plain_numbers_and_texts_stay_as_they_are(text):
    assert safe(text) == text
    assert plain(text) == text


async def test_only_an_administrator_exports(town):
    for scope in Scope:
        headers = await key(town, scope)
        answer = await town.api.get("/v1/exports/customers", headers=headers)
        assert answer.status_code == (200 if scope is Scope.admin else 403)


async def test_a_format_that_is_not_there_is_refused(town):
    assert (await export(town, "customers", "pdf")).status_code == 422


async def test_a_third_table_at_once_has_to_wait_and_places_are_given_back(people):
    downloads = people.app.state.downloads
    tables = [await downloads.send(endless(), "csv") for _ in range(2)]

    refused = await export(people, "customers", "csv")
    for one in tables:
        await gone(one)

    assert (refused.status_code, refused.headers["retry-after"]) == (503, "30")
    assert (await export(people, "customers", "csv")).status_code == 200


async def gone(download):
    """An answer whose reader goes away."""

    async def receive():
        return {"type": "http.disconnect"}

    async def send(message):
        if message.get("body"):
            raise OSError

    with suppress(Exception):
        await download({"type": "http", "asgi": {"spec_version": "2.4"}}, receive, send)


def endless():
    async def rows(_):
        while True:
            yield {"a": "x" * 40_000}
            await asyncio.sleep(0)

    return Table("endless", ("a",), rows)
