import asyncio

import pytest

from tests.api.merchant import codes, content, faults, opened

PATH = "/v1/loyalty-stages"


@pytest.fixture
async def merchant(database_url):
    async with opened(database_url) as made:
        await made.make()
        yield made


async def stages(merchant, query=""):
    items = (await merchant.get(f"{PATH}{query}")).json()["items"]
    return [(one["track"], one["key"], one["position"]) for one in items]


async def add(merchant, key, amount, **more):
    answer = await merchant.post(PATH, {"key": key, "amount": amount, **more})
    assert answer.status_code == 201, answer.text
    return answer


async def test_a_stage_needs_a_key_and_an_amount(merchant):
    answer = await add(merchant, "s1", "50")

    assert answer.headers["Location"] == f"{PATH}/s1"
    assert content(answer) == {
        "key": "s1", "track": "default", "name": "s1", "position": 1, "automatic": True,
        "amount": "50.00", "keep_amount": None, "move_to_next": True, "products": [],
        "discount_percent": "0.00", "visible": True, "enabled": True,
    }  # fmt: skip
    assert (await merchant.get(f"{PATH}/s1")).json() == content(answer)
    assert (await merchant.get("/v1/settings")).json()["stages"] == {
        "default": {
            "window": {"rolling_days": 30}, "amount_means": "to_hold", "upgrade": "immediate",
            "downgrade": "to_earned", "min_stay_days": 30, "start": "none",
        }
    }  # fmt: skip


async def test_tracks_have_positions_of_their_own(merchant):
    await add(merchant, "s1", "50")
    await add(merchant, "a", "10", track="classes")
    await add(merchant, "s2", "100")
    await add(merchant, "s0", "5", position=1)

    assert await stages(merchant) == [
        ("classes", "a", 1), ("default", "s0", 1), ("default", "s1", 2), ("default", "s2", 3),
    ]  # fmt: skip
    assert await stages(merchant, "?track=classes") == [("classes", "a", 1)]
    assert await stages(merchant, "?track=nothing") == []


async def test_the_query_may_name_the_track(merchant):
    named = await merchant.post(f"{PATH}?track=classes", {"key": "a", "amount": "10"})
    both = {"key": "b", "amount": "20", "track": "classes"}
    alike = await merchant.post(f"{PATH}?track=classes", both)
    differs = await merchant.post(f"{PATH}?track=other", {**both, "key": "c"})

    assert (named.status_code, named.json()["track"]) == (201, "classes")
    assert (alike.status_code, alike.json()["position"]) == (201, 2)
    assert (differs.status_code, faults(differs)) == (422, [("/track", "track_differs")])
    assert await merchant.versions() == [1, 2, 3]


async def test_a_key_is_taken_once_over_all_tracks(merchant):
    await add(merchant, "s1", "50")

    answer = await merchant.post(PATH, {"key": "s1", "amount": "60", "track": "classes"})

    assert (answer.status_code, answer.json()["code"]) == (409, "stage_exists")
    assert await merchant.versions() == [1, 2]


async def test_a_patch_changes_what_it_names(merchant):
    await add(merchant, "s1", "50")
    await add(merchant, "s2", "100")
    before = (await merchant.get(f"{PATH}/s2")).json()

    answer = await merchant.patch(f"{PATH}/s2", {"amount": "120", "discount_percent": "5"})

    after = {**before, "amount": "120.00", "discount_percent": "5.00"}
    assert (answer.status_code, content(answer)) == (200, after)
    assert answer.headers["ETag"] == await merchant.tag(f"{PATH}/s2")
    assert await merchant.versions() == [1, 2, 3, 4]


async def test_a_removed_stage_leaves_its_place_to_the_next_one_below(merchant):
    await add(merchant, "s1", "50")
    await add(merchant, "s2", "100")

    answer = await merchant.delete(f"{PATH}/s2")

    assert (answer.status_code, answer.json()["key"]) == (200, "s2")
    found = await merchant.rows(
        "SELECT removed FROM program_versions v JOIN programs p"
        " ON p.id = v.program_id AND p.version = v.version WHERE p.key = :key"
    )
    assert found[0]["removed"] == {"default": {"s2": ["s1"]}}
    assert (await merchant.get(f"{PATH}/s2")).json()["code"] == "stage_not_found"


async def test_stages_of_a_track_are_ordered(merchant):
    for key in ("x", "y"):
        await add(merchant, key, "50", automatic=False)
    await add(merchant, "a", "10", track="classes")
    tag = await merchant.tag(f"{PATH}/order")

    answer = await merchant.put(f"{PATH}/order", {"keys": ["y", "x"]}, match=tag)
    other = await merchant.put(f"{PATH}/order?track=classes", {"keys": ["a"]})
    unknown = await merchant.put(f"{PATH}/order?track=nothing", {"keys": []})

    assert (answer.status_code, content(answer)) == (200, {"keys": ["y", "x"]})
    assert await stages(merchant, "?track=default") == [("default", "y", 1), ("default", "x", 2)]
    assert other.json()["published"]["check_due_at"] is None
    assert (unknown.status_code, unknown.json()["code"]) == (404, "track_not_found")
    assert (await merchant.get(f"{PATH}/order?track=nothing")).status_code == 404


async def test_amounts_rise_and_both_are_named(merchant):
    await add(merchant, "s1", "50")
    await add(merchant, "s2", "100")

    same = await merchant.patch(f"{PATH}/s2", {"amount": "50.00"})
    less = await merchant.patch(f"{PATH}/s2", {"amount": "49.99"})

    pointers = ["/loyalty_stages/0/amount", "/loyalty_stages/1/amount"]
    assert same.json()["code"] == less.json()["code"] == "definition_refused"
    assert faults(same) == [(pointer, "asks_the_same") for pointer in pointers]
    assert faults(less) == [(pointer, "easier_than_below") for pointer in pointers]
    assert await merchant.versions() == [1, 2, 3]


async def test_to_hold_takes_no_keep_amount(merchant):
    answer = await merchant.post(PATH, {"key": "s1", "amount": "50", "keep_amount": "10"})

    refused = [("/loyalty_stages/0/keep_amount", "keep_amount_refused")]
    assert (answer.status_code, faults(answer)) == (422, refused)
    assert await merchant.versions() == [1]


async def test_to_advance_swings_and_says_between_which_sums(merchant):
    await merchant.patch("/v1/settings", {"stages": {"default": {"amount_means": "to_advance"}}})
    await add(merchant, "s1", "50")

    answer = await add(merchant, "s2", "100")

    warnings = answer.json()["published"]["warnings"]
    assert [(one["code"], one["pointer"]) for one in warnings] == [
        ("swings", "/loyalty_stages/0"), ("swings", "/loyalty_stages/1"),
    ]  # fmt: skip
    assert "0.00 to 49.99" in warnings[0]["detail"]
    assert "50.00 to 99.99" in warnings[1]["detail"]


async def test_keep_amounts_end_the_swinging(merchant):
    await merchant.patch("/v1/settings", {"stages": {"default": {"amount_means": "to_advance"}}})
    await add(merchant, "s1", "50", keep_amount="0")

    answer = await add(merchant, "s2", "100", keep_amount="50")

    assert codes(answer) == []


async def test_of_two_stages_with_one_key_at_once_one_is_added(merchant):
    body = {"key": "s1", "amount": "50"}

    answers = await asyncio.gather(*(merchant.post(PATH, body) for _ in range(3)))

    assert sorted(answer.status_code for answer in answers) == [201, 409, 409]
    assert await merchant.versions() == [1, 2]


@pytest.mark.parametrize(
    ("body", "pointer"),
    [
        ({}, "/amount"),
        ({"amount": 50}, "/amount"),
        ({"amount": "-1"}, "/amount"),
        ({"amount": "50", "track": "no such track"}, "/track"),
        ({"amount": "50", "benefits": {}}, "/benefits"),
    ],
)
async def test_what_is_not_well_formed_is_refused(merchant, body, pointer):
    answer = await merchant.post(PATH, {"key": "s1", **body})

    assert (answer.status_code, faults(answer)[0][0]) == (422, pointer)
    assert await merchant.versions() == [1]
