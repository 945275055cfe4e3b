"""Files of orders as an ERP writes them, through the adapter of their source."""

import io
import zipfile

import pytest

from tests.adapters.samples import body_of, needs_samples
from tests.api.deliveries import source
from tests.api.filing import errors, send, taken, work
from tests.api.town import opened

GUID = "11111111-1111-4111-8111-111111111199"
ORDERS = {
    "commerceml": ("commerceml/1c_orders.paid_closed_empty_date.xml", {}),
    "agora": ("agora/orders.xml", {GUID: "RUB"}),
    "cs_cart": ("cs_cart/GET_orders_list.json", {"": "EUR"}),
}


@pytest.fixture
async def town(database_url):
    async with opened(database_url) as made:
        yield made


def told(said):
    """How many lines were taken; amounts without a rate are, too."""
    return sum(said["outcomes"].get(word, 0) for word in ("accepted", "unconverted"))


async def stored(town):
    found = await town.rows(
        "SELECT source, order_id FROM orders WHERE program_id = :program_id ORDER BY order_id"
    )
    return [tuple(one.values()) for one in found]


@needs_samples
@pytest.mark.parametrize("platform", ORDERS)
async def test_a_file_of_an_erp_gives_its_orders_once(town, platform):
    file, currencies = ORDERS[platform]
    await source(town, platform, "erp", currency_map=currencies)

    first = await taken(town, "orders", body_of(file), source="erp", format=None)
    orders = await stored(town)
    again = await taken(town, "orders", body_of(file), source="erp", format=None)

    assert (first["state"], first["format"]) == ("finished", "source")
    assert orders
    assert {one[0] for one in orders} == {"erp"}
    assert told(first) == len(orders)
    assert again["outcomes"]["duplicate"] == len(orders)
    assert again["outcomes"].get("refused") == first["outcomes"].get("refused")
    assert await stored(town) == orders


@needs_samples
async def test_an_archive_of_files_is_opened(town):
    file, currencies = ORDERS["commerceml"]
    await source(town, "commerceml", "erp", currency_map=currencies)
    packed = io.BytesIO()
    with zipfile.ZipFile(packed, "w") as archive:
        archive.writestr("orders.xml", body_of(file))

    said = await taken(town, "orders", packed.getvalue(), source="erp", format=None)

    assert told(said) == len(await stored(town)) > 0


@needs_samples
async def test_an_order_that_cannot_be_read_harms_no_other_and_is_kept(town):
    file, _ = ORDERS["cs_cart"]
    await source(town, "cs_cart", "erp", currency_map={})

    said = await taken(town, "orders", body_of(file), source="erp", format=None)

    found = await errors(town, said)
    assert {one["reason"] for one in found} == {"unknown_currency"}
    kept = await town.rows(
        "SELECT 1 FROM order_events WHERE program_id = :program_id AND outcome = 'quarantined'"
    )
    assert len(kept) == len(found) == said["outcomes"]["refused"]


@pytest.mark.parametrize(
    ("content", "why"),
    [
        (b"<!DOCTYPE a><a/>", "document type"),
        (b"not xml", ""),
        (b"", None),
    ],
)
async def test_a_file_of_something_else_fails(town, content, why):
    await source(town, "commerceml", "erp")

    answer = await send(town, "orders", content, source="erp", format=None)
    await work(town)

    if why is None:
        assert answer.status_code == 422
        return
    said = (await town.api.get(f"/v1/imports/{answer.json()['id']}")).json()
    assert said["state"] == "failed"
    assert why in said["error"]


async def test_a_source_must_be_there_and_write_files(town):
    await source(town, "standard", "shop")

    absent = await send(town, "orders", b"<a/>", source="nobody")
    other = await send(town, "orders", b"<a/>", source="shop")

    assert (absent.status_code, absent.json()["code"]) == (404, "source_not_found")
    assert other.json()["errors"][0]["code"] == "source_without_files"
