import pytest

from app.programs import service
from tests.api.merchant import clone, codes, content, faults, opened, spent

SETTINGS = {"currency": "EUR"}


@pytest.fixture
async def merchant(database_url):
    async with opened(database_url) as made:
        await made.make()
        yield made


async def exported(merchant):
    return (await merchant.get("/v1/definition")).json()


@pytest.mark.parametrize("preset", ["cs_cart", "b2b_stages", "classes", "vip"])
async def test_an_export_imported_is_the_same(merchant, preset):
    merchant.key += "-b"
    await merchant.make(preset=preset, currency="JPY")
    before = await exported(merchant)

    again = await merchant.put("/v1/definition", before)
    await merchant.patch("/v1/settings", {"debounce_seconds": 7})
    back = await merchant.put("/v1/definition", before)

    assert (again.status_code, again.json()["published"]["version"]) == (200, 1)
    assert (back.json()["published"]["version"], content(back)) == (3, before)
    assert await exported(merchant) == before


async def test_an_export_with_several_tracks_is_imported_as_nothing_new(merchant):
    for key, track in (("s1", "default"), ("a", "classes"), ("s2", "default"), ("z", "b2b")):
        body = {"key": key, "amount": str(10 + len(await merchant.versions())), "track": track}
        await merchant.post("/v1/loyalty-stages", body)
    before = await exported(merchant)

    again = await merchant.put("/v1/definition", before)

    assert (again.json()["published"]["version"], content(again)) == (5, before)


async def test_what_is_left_out_is_filled_in(merchant):
    given = {
        "settings": SETTINGS,
        "tiers": [{"key": "silver", "criteria": [spent("1000")]}],
        "loyalty_stages": [{"key": "a", "amount": "5", "track": "classes"}],
    }

    answer = await merchant.put("/v1/definition", given)

    assert answer.status_code == 200
    stored = await merchant.rows(
        "SELECT definition FROM program_versions WHERE version = 2 AND program_id ="
        " (SELECT id FROM programs WHERE key = :key)"
    )
    assert stored[0]["definition"] == content(answer) == await exported(merchant)
    assert answer.json()["tiers"][0]["criteria"] == [spent("1000.00")]
    assert answer.json()["settings"]["stages"]["classes"]["amount_means"] == "to_hold"
    assert answer.json()["loyalty_stages"][0]["position"] == 1


@pytest.mark.parametrize(
    "window",
    [
        {"rolling_days": 30}, {"rolling_months": 12}, {"calendar": "quarter"},
        {"previous": "half"}, {"fiscal_year": "02-29"}, {"anniversary": 12}, "lifetime",
    ],
)  # fmt: skip
async def test_every_window_comes_back_as_it_was_written(merchant, window):
    tiers = [{"key": "silver", "criteria": [spent("1", window=window)]}]

    answer = await merchant.put(
        "/v1/definition", {"settings": {**SETTINGS, "tiers": {"window": window}}, "tiers": tiers}
    )

    assert answer.json()["settings"]["tiers"]["window"] == window
    assert answer.json()["tiers"][0]["criteria"][0]["window"] == window
    assert await exported(merchant) == content(answer)


async def test_a_definition_is_replaced_only_as_it_was_read(merchant):
    tag = await merchant.tag("/v1/definition")
    body = {"settings": {**SETTINGS, "debounce_seconds": 1}}

    without = await merchant.put("/v1/definition", body, match=None)
    good = await merchant.put("/v1/definition", body, match=tag)
    stale = await merchant.put("/v1/definition", body, match=tag)

    assert [one.status_code for one in (without, good, stale)] == [428, 200, 412]
    assert good.headers["ETag"] == await merchant.tag("/v1/definition")
    known = {"headers": {"If-None-Match": good.headers["ETag"]}}
    assert (await merchant.get("/v1/definition", **known)).status_code == 304


async def test_positions_order_the_levels_and_none_is_given_twice(merchant):
    tiers = [
        {"key": "gold", "position": 5, "criteria": [{"tag": "g"}]},
        {"key": "silver", "position": 1, "criteria": [{"tag": "s"}]},
    ]
    twice = [{**tier, "position": 2} for tier in tiers]

    refused = await merchant.put("/v1/definition", {"settings": SETTINGS, "tiers": twice})
    answer = await merchant.put("/v1/definition", {"settings": SETTINGS, "tiers": tiers})

    assert (refused.status_code, refused.json()["code"]) == (422, "definition_refused")
    assert ("/tiers/0/position", "position_misplaced") in faults(refused)
    shown = [(tier["key"], tier["position"]) for tier in answer.json()["tiers"]]
    assert shown == [("silver", 1), ("gold", 2)]


async def test_every_fault_is_told_at_once(merchant):
    given = {
        "settings": {"currency": "JPY"},
        "tiers": [
            {"key": "order", "criteria": [spent("1000.50")]},
            {"key": "gold", "criteria": [spent("10")]},
            {"key": "gold", "criteria": [spent("10")]},
        ],
        "loyalty_stages": [{"key": "a", "amount": "5", "keep_amount": "1"}],
    }

    answer = await merchant.put("/v1/definition", given)

    assert (answer.status_code, answer.json()["code"]) == (422, "definition_refused")
    assert set(faults(answer)) == {
        ("/tiers/0/key", "key_reserved"),
        ("/tiers/1/key", "key_repeated"),
        ("/tiers/2/key", "key_repeated"),
        ("/tiers/0/criteria/0/at_least", "too_precise"),
        ("/loyalty_stages/0/keep_amount", "keep_amount_refused"),
        ("/tiers/0/criteria", "easier_than_below"),
        ("/tiers/1/criteria", "easier_than_below"),
        ("/tiers/1/criteria", "asks_the_same"),
        ("/tiers/2/criteria", "easier_than_below"),
        ("/tiers/2/criteria", "asks_the_same"),
    }
    assert await merchant.versions() == [1]


@pytest.mark.parametrize("body", [{}, {"settings": {}}, {"settings": SETTINGS, "more": 1}, []])
async def test_what_is_no_definition_is_refused(merchant, body):
    answer = await merchant.put("/v1/definition", body)

    assert (answer.status_code, answer.json()["code"]) == (422, "request_invalid")
    assert await merchant.versions() == [1]


async def test_a_dry_run_previews_and_writes_nothing(merchant):
    before = await exported(merchant)
    given = {**clone(before), "tiers": [{"key": "silver", "criteria": [spent("1000.00")]}]}

    answer = await merchant.put("/v1/definition?dry_run=true", given)

    assert (answer.status_code, answer.json()) == (
        200, {"warnings": [], "ladders": [], "benefit_cost": None},
    )  # fmt: skip
    assert "ETag" not in answer.headers
    [(_, program_id, definition, as_of, now)] = merchant.previews
    assert program_id == (await merchant.program())["id"]
    assert [tier.key for tier in definition.tiers] == ["silver"]
    assert (as_of, now) == (None, merchant.clock.at)
    assert await exported(merchant) == before
    assert await merchant.versions() == [1]


async def test_a_dry_run_is_checked_like_an_edit(merchant):
    stale = await merchant.put("/v1/definition?dry_run=true", {"settings": SETTINGS}, match='"old"')
    refused = await merchant.post(
        "/v1/loyalty-stages?dry_run=true", {"key": "a", "amount": "5", "keep_amount": "1"}
    )
    added = await merchant.post("/v1/tiers?dry_run=true", {"key": "silver"})

    assert (stale.status_code, refused.status_code, added.status_code) == (412, 422, 200)
    assert len(merchant.previews) == 1


async def test_warnings_come_with_what_was_published(merchant):
    settings = {**SETTINGS, "check_schedule": "0 0 1 * *", "tiers": {"window": {"rolling_days": 7}}}
    tiers = [{"key": "silver", "criteria": [spent("1000.00")]}]

    answer = await merchant.put("/v1/definition", {"settings": settings, "tiers": tiers})

    assert codes(answer) == ["window_shorter_than_interval"]
    assert answer.json()["published"]["warnings"][0]["pointer"] == "/settings/tiers/window"


async def test_a_dry_run_locks_nobody_out(merchant):
    async with merchant.db.transaction() as session:
        await service.hold(session, (await merchant.program())["id"])
        body = {"settings": SETTINGS, "tiers": [{"key": "silver"}]}
        answer = await merchant.put("/v1/definition?dry_run=true", body)

    assert (answer.status_code, len(merchant.previews)) == (200, 1)


async def test_edits_do_not_need_a_previewer(merchant):
    del merchant.app.state.preview

    edited = await merchant.put("/v1/definition", {"settings": SETTINGS})
    preview = await merchant.put("/v1/definition?dry_run=true", {"settings": SETTINGS})

    assert (edited.status_code, preview.status_code) == (200, 503)


async def test_the_largest_definition_goes_out_and_in_again(merchant):
    tracks = [f"track-{n}" for n in range(16)]
    stages = [
        {"key": f"{track}-{n}", "track": track, "amount": f"{n + 1}00"}
        for track in tracks
        for n in range(64)
    ]
    criteria = [
        {"metric": "orders", "at_least": 1, "window": {"rolling_days": n}} for n in range(9)
    ]
    tiers = [{"key": f"t{n}", "criteria": [spent(f"{n}.00"), *criteria]} for n in range(64)]
    settings = {**SETTINGS, "stages": {track: {} for track in tracks}}
    whole = {"settings": settings, "tiers": tiers, "loyalty_stages": stages}

    put = await merchant.put("/v1/definition", whole)
    told = await merchant.get("/v1/definition")
    again = await merchant.put("/v1/definition", told.json(), match=told.headers["ETag"])

    assert (put.status_code, put.json()["published"]["version"]) == (200, 2)
    assert (again.status_code, again.json()["published"]["version"]) == (200, 2)


async def test_a_definition_that_could_not_be_brought_back_is_refused(merchant):
    products = [f"{'p' * 230}-{n}" for n in range(1_000)]
    for n in range(4):
        body = {"key": f"t{n}", "criteria": [spent(f"{n}.00")], "benefits": {"products": products}}
        assert (await merchant.post("/v1/tiers", body)).status_code == 201
    body = {"key": "last", "criteria": [spent("9.00")], "benefits": {"products": products}}

    answer = await merchant.post("/v1/tiers", body)

    assert (answer.status_code, faults(answer)) == (422, [("", "too_large")])
    assert await merchant.versions() == [1, 2, 3, 4, 5]
