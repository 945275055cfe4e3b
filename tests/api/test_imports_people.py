"""Files of people and overrides: each line as the API takes it, in the order of the file."""

from datetime import date

import pytest

from tests.api.filing import errors, lines, table, taken, workbook
from tests.api.town import TODAY, opened


@pytest.fixture
async def town(database_url):
    async with opened(database_url) as made:
        yield made


async def people(town):
    found = await town.rows(
        "SELECT kind, external_id, tags, joined_on FROM members WHERE program_id = :program_id"
        " ORDER BY kind, external_id"
    )
    return [tuple(one.values()) for one in found]


async def test_customers_and_organizations_become_known(town):
    organizations = table(("id", "tags", "joined_on"), ("o-1", "b; a", "2025-01-31"))
    customers = workbook(
        ["id", "organization_id", "joined_on"], ["c-1", "o-1", date(2025, 2, 1)], [8, None, None]
    )

    first = await taken(town, "organizations", organizations, format="csv")
    second = await taken(town, "customers", customers, format="xlsx")

    assert (first["outcomes"], second["outcomes"]) == ({"accepted": 1}, {"accepted": 2})
    assert await people(town) == [
        ("customer", "8", [], None),
        ("customer", "c-1", [], date(2025, 2, 1)),
        ("organization", "o-1", ["a", "b"], date(2025, 1, 31)),
    ]
    assert await town.represents("c-1") == [("o-1", TODAY, None)]


async def test_the_last_line_about_somebody_wins(town):
    told = [{"id": f"c-{n % 7}", "tags": [f"t-{n}"]} for n in range(140)]

    await taken(town, "customers", lines(*told))

    tags = {one[1]: one[2] for one in await people(town)}
    assert tags == {f"c-{n % 7}": [f"t-{n}"] for n in range(133, 140)}


async def test_representatives_order_for_organizations_on_their_days(town):
    rows = table(
        ("organization_id", "customer_id", "from", "until"),
        ("o-1", "c-1", "2026-01-01", "2026-06-30"),
        ("o-2", "c-1", "2026-07-01", ""),
        ("o-1", "c-2", "2026-06-30", "2026-01-01"),
    )

    said = await taken(town, "representatives", rows, format="csv")

    assert said["outcomes"] == {"accepted": 2, "refused": 1}
    [refused] = await errors(town, said)
    assert (refused["line"], refused["column"]) == (4, "until")
    assert await town.represents("c-1") == [
        ("o-1", date(2026, 1, 1), date(2026, 6, 30)),
        ("o-2", date(2026, 7, 1), None),
    ]


async def test_overrides_are_set_once_whoever_sends_the_file_again(town):
    await town.order("c-1", "150.00")
    rows = table(
        ("customer_id", "organization_id", "mode", "level", "reason", "until"),
        ("c-1", "", "exact", "gold", "Agreed by phone", "2026-12-31"),
        ("nobody", "", "exact", "gold", "Agreed by phone", ""),
        ("c-1", "o-1", "exact", "gold", "Agreed by phone", ""),
        ("c-1", "", "exact", "platinum", "Agreed by phone", ""),
        ("c-1", "", "exact", "gold", "no", ""),
    )

    first = await taken(town, "overrides", rows, format="csv")
    again = await taken(town, "overrides", rows, format="csv")

    assert first["outcomes"] == {"accepted": 1, "refused": 4}
    assert again["outcomes"] == {"duplicate": 1, "refused": 4}
    assert await town.level("customer", "c-1") == "gold"
    assert len((await town.api.get("/v1/customers/c-1/overrides")).json()["items"]) == 1
    found = [(one["line"], one["column"], one["reason"]) for one in await errors(town, first)]
    assert found == [
        (3, None, "customer_not_found"),
        (4, None, "not_valid"),
        (5, "level", "request_invalid"),
        (6, "reason", "not_valid"),
    ]


async def test_an_override_that_was_removed_stays_so(town):
    await town.order("c-1", "150.00")
    rows = lines({"customer_id": "c-1", "mode": "exact", "level": "gold", "reason": "By phone"})
    await taken(town, "overrides", rows)
    [made] = (await town.api.get("/v1/customers/c-1/overrides")).json()["items"]
    await town.api.delete(f"/v1/overrides/{made['id']}")

    again = await taken(town, "overrides", rows)

    assert again["outcomes"] == {"duplicate": 1}
    assert await town.level("customer", "c-1") == "silver"


async def test_an_erased_customer_is_named_nowhere(town):
    await town.put("customers/c-secret")
    rows = lines(
        {"customer_id": "c-secret", "mode": "exact", "level": "gold", "reason": "By phone"}
    )
    await taken(town, "overrides", rows)
    await taken(town, "tiers", lines({"customer_id": "c-secret", "tier": "silver"}))
    await taken(town, "overrides", lines({"customer_id": "c-secret", "mode": "freeze",
                                          "level": "gold", "reason": "By phone"}))  # fmt: skip

    await town.api.delete("/v1/customers/c-secret")

    for name in ("imports", "import_findings", "import_chunks"):
        kept = await town.rows(f"SELECT CAST(t AS text) AS said FROM {name} t")
        assert not any("c-secret" in one["said"] for one in kept)
