"""Files of points that members had elsewhere: each is taken over once."""

from tests.api.filing import errors, table, taken
from tests.api.town import opened

ROWS = table(
    ("customer_id", "organization_id", "points", "reason"),
    ("c-1", "", "1200", "As in the old shop"),
    ("c-2", "", "30", ""),
    ("", "o-1", "-5", ""),
    ("nobody", "", "10", ""),
    ("c-1", "", "1.5", ""),
    ("c-1", "", "7", ""),
)


async def test_opening_balances_are_taken_over_once(database_url):
    async with opened(database_url) as town:
        await town.put("customers/c-1")
        await town.put("organizations/o-1")
        await town.put("customers/c-2", organization_id="o-1")

        first = await taken(town, "points", ROWS, format="csv")
        again = await taken(town, "points", ROWS, format="csv")

        assert first["outcomes"] == {"accepted": 3, "refused": 3}
        assert again["outcomes"] == {"duplicate": 3, "refused": 3}
        refused = [(one["line"], one["reason"]) for one in await errors(town, first)]
        assert refused == [(5, "customer_not_found"), (6, "not_valid"), (7, "opening_known")]
        [line] = (await town.api.get("/v1/customers/c-1/points")).json()["items"]
        assert (line["kind"], line["points"]) == ("adjusted", 1200)
        assert line["reason"] == "As in the old shop"
        told = (await town.api.get("/v1/customers/c-2")).json()["points"]
        assert told == {"balance": 25, "earned_in_window": 0}
