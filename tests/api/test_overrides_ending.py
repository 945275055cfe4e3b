"""What ends when: the overrides of a program, the first to end first."""

from datetime import timedelta

import pytest

from app.access.caller import Scope
from tests.api.town import TODAY, key, opened

LIST = "/v1/overrides"


@pytest.fixture
async def town(database_url):
    async with opened(database_url) as made:
        yield made


def day(number):
    return str(TODAY + timedelta(number))


async def decide(town, name, mode="floor", level="gold", path="customers", **more):
    await town.put(f"{path}/{name}")
    said = {"mode": mode, "reason": "Agreed by phone", **more}
    said = said if mode == "freeze" else {**said, "level": level}
    answer = await town.api.post(f"/v1/{path}/{name}/overrides", json=said)
    assert answer.status_code == 201, answer.text
    return answer.json()


async def listed(town, **params):
    answer = await town.api.get(LIST, params=params)
    assert answer.status_code == 200, answer.text
    return answer.json()


async def names(town, **params):
    return [one["member"]["id"] for one in (await listed(town, **params))["items"]]


async def test_what_ends_first_is_first_and_what_has_no_end_is_last(town):
    await decide(town, "open")
    await decide(town, "late", until=day(30), **{"from": day(9)})
    await decide(town, "today", "freeze", until=day(0))
    made = await decide(town, "o-1", "exact", path="organizations", until=day(3))

    answer = await listed(town)

    assert [one["member"]["id"] for one in answer["items"]] == ["today", "o-1", "late", "open"]
    assert answer["items"][1] == {**made, "member": {"kind": "organization", "id": "o-1"}}
    assert answer["next"] is None
    assert await names(town, ends_by=day(3)) == ["today", "o-1"]
    assert await names(town, ends_by=day(-1)) == []


async def test_what_is_over_removed_or_of_nobody_any_more_is_not_listed(town):
    for name in ("over", "removed", "merged", "erased", "stays"):
        made = await decide(town, name, until=day(1 if name == "over" else 5))
        if name == "removed":
            await town.api.delete(f"{LIST}/{made['id']}")
    await decide(town, "nudged", "nudge", until=day(5))
    await town.happen("customer.merged", kept_id="stays", removed_id="merged")
    await town.happen("customer.redacted", id="erased")

    await town.pass_to(TODAY + timedelta(2))

    assert await names(town) == ["stays"]


async def test_pages_hold_each_once_also_where_ends_are_the_same(town):
    for number in range(4):
        await decide(town, f"dated-{number}", until=day(7))
        await decide(town, f"open-{number}")

    found, after = [], None
    for _ in range(4):
        page = await listed(town, limit=3, **({"after": after} if after else {}))
        found += [(one["until"] is None, one["id"]) for one in page["items"]]
        after = page["next"]
        if after is None:
            break

    assert after is None
    assert len(found) == 8
    assert found == sorted(set(found))


async def test_another_programs_are_not_listed_and_its_cursors_not_taken(town, database_url):
    await decide(town, "c-1", until=day(7))
    await decide(town, "c-2", until=day(7))
    after = (await listed(town, limit=1))["next"]

    async with opened(database_url) as other:
        assert (await listed(other))["items"] == []
        foreign = await other.api.get(LIST, params={"after": after})
    filtered = await town.api.get(LIST, params={"after": after, "ends_by": day(9)})

    assert [foreign.status_code, filtered.status_code] == [422, 422]
    assert [one["pointer"] for one in filtered.json()["errors"]] == ["/query/after"]


@pytest.mark.parametrize("odd", [{"ends_by": "soon"}, {"ends_by": "9999-12-31"}, {"limit": 251}])
async def test_what_cannot_be_asked_is_refused(town, odd):
    assert (await town.api.get(LIST, params=odd)).status_code == 422


async def test_who_may_change_or_read_may_list(town):
    found = []
    for scope in Scope:
        town.api.headers = await key(town, scope)
        if (await town.api.get(LIST)).status_code == 200:
            found.append(scope)

    assert found == [Scope.read, Scope.operate]
