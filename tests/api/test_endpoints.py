"""Endpoints from outside: made, changed, rotated, ended."""

from ipaddress import ip_network

import pytest

from app.kit.outgoing import Outgoing
from app.outbound.schemas import MOVE_TYPES, PROGRAM_TYPES, TYPES
from tests.api.merchant import faults, opened

URL = "https://shop.example/hooks/tiers"
SEVEN = (
    "UPDATE feeds SET feed_seq = 7 WHERE program_id = (SELECT id FROM programs WHERE key = :key)"
)
NOBODY = "00000000-0000-0000-0000-000000000000"


@pytest.fixture
async def merchant(database_url):
    async with opened(database_url) as made:
        await made.rows("DELETE FROM programs")
        await made.make()
        yield made


async def make(merchant, **more):
    answer = await merchant.post("/v1/endpoints", {"url": URL, **more})
    assert answer.status_code == 201, answer.text
    return answer.json()


async def row(merchant, made):
    [found] = await merchant.rows("SELECT * FROM endpoints WHERE id = :id", id=made["id"])
    return found


async def test_an_endpoint_is_made_with_a_secret_that_is_shown_once(merchant):
    answer = await merchant.post(
        "/v1/endpoints", {"url": URL, "events": ["tier.upgraded"], "description": "ERP"}
    )
    made = answer.json()
    shown = await merchant.get(answer.headers["Location"])

    secret = made.pop("secret")
    assert secret.startswith("whsec_")
    assert len(secret) == 6 + 44
    assert shown.json() == made
    assert made == {
        "id": made["id"], "url": URL, "events": ["tier.upgraded"], "description": "ERP",
        "format": "standard", "enabled": True, "disabled_reason": None, "disabled_at": None,
        "old_secret_until": None, "replaying": False, "created_at": "2026-11-22T12:00:00Z",
    }  # fmt: skip
    stored = await row(merchant, made)
    assert secret.encode() not in stored["secret"]
    assert merchant.app.state.seal.open(stored["secret"], f"endpoint {made['id']}") == secret


async def test_a_repeated_request_gets_the_same_endpoint_and_secret(merchant):
    key = {"headers": {"Idempotency-Key": "once"}}
    first = await merchant.post("/v1/endpoints", {"url": URL}, **key)
    again = await merchant.post("/v1/endpoints", {"url": URL}, **key)

    assert first.json() == again.json()
    listed = (await merchant.get("/v1/endpoints")).json()
    assert [one["id"] for one in listed["items"]] == [first.json()["id"]]


@pytest.mark.parametrize(
    ("url", "code"),
    [
        ("http://shop.example/", "not_https"),
        ("https://user:word@shop.example/", "user_info"),
        ("https://shop.example:8080/", "bad_port"),
        ("https://" + "a" * 2_100, "too_long"),
        ("nonsense", "not_https"),
    ],
)
async def test_a_url_that_may_never_be_called_is_refused(merchant, url, code):
    made = await make(merchant)

    refused = await merchant.post("/v1/endpoints", {"url": url})
    patched = await merchant.patch(f"/v1/endpoints/{made['id']}", {"url": url})

    assert (refused.status_code, faults(refused)) == (422, [("/url", code)])
    assert (patched.status_code, faults(patched)) == (422, [("/url", code)])


async def test_plain_http_is_taken_where_networks_are_allowed(merchant):
    merchant.app.state.outgoing = Outgoing([ip_network("127.0.0.0/8")])

    assert (await make(merchant, url="http://127.0.0.1:9/x"))["url"] == "http://127.0.0.1:9/x"


@pytest.mark.parametrize(
    ("field", "value"),
    [
        ("url", 7), ("url", ""), ("url", "https://a\nb"), ("url", None), ("events", ["nothing"]),
        ("events", ["endpoint.test"]), ("events", "tier.left"), ("format", "xml"),
        ("description", "\0"), ("description", "x" * 501), ("secret", "whsec_mine"),
    ],
)  # fmt: skip
async def test_odd_fields_are_refused_where_they_stand(merchant, field, value):
    refused = await merchant.post("/v1/endpoints", {"url": URL, field: value})

    assert refused.status_code == 422
    assert {one[0].split("/")[1] for one in faults(refused)} == {field}


async def test_a_program_has_fifty_endpoints_at_most(merchant):
    made = [await make(merchant) for _ in range(50)]

    refused = await merchant.post("/v1/endpoints", {"url": URL})
    await merchant.delete(f"/v1/endpoints/{made[0]['id']}")

    assert (refused.status_code, refused.json()["code"]) == (409, "too_many_endpoints")
    await make(merchant)


async def test_a_list_comes_in_pages_and_shows_no_secret(merchant):
    made = {(await make(merchant))["id"] for _ in range(5)}
    found, place = [], None
    for _ in range(3):
        after = f"&after={place}" if place else ""
        page = (await merchant.get(f"/v1/endpoints?limit=2{after}")).json()
        found += page["items"]
        place = page["next"]

    assert place is None
    assert {one["id"] for one in found} == made
    assert all("secret" not in one for one in found)


async def test_an_edit_needs_the_state_that_it_changes(merchant):
    path = f"/v1/endpoints/{(await make(merchant))['id']}"
    tag = await merchant.tag(path)

    without = await merchant.patch(path, {"description": "new"}, match=None)
    changed = await merchant.patch(path, {"description": "new"}, match=tag)
    stale = await merchant.patch(path, {"description": "newer"}, match=tag)
    gone = await merchant.delete(path, match=tag)

    statuses = [one.status_code for one in (without, changed, stale, gone)]
    assert statuses == [428, 200, 412, 412]
    assert changed.headers["ETag"] == await merchant.tag(path)
    assert (await merchant.delete(path, match=changed.headers["ETag"])).status_code == 204
    assert (await merchant.get(path)).status_code == 404


async def test_disabling_and_enabling_move_where_it_begins_to_hear(merchant):
    made = await make(merchant)
    path = f"/v1/endpoints/{made['id']}"
    await merchant.rows(SEVEN)

    off = (await merchant.patch(path, {"enabled": False})).json()
    again = (await merchant.patch(path, {"enabled": False, "description": "off"})).json()
    before = (await row(merchant, made))["since_feed_seq"]
    on = (await merchant.patch(path, {"enabled": True})).json()

    assert (off["enabled"], off["disabled_reason"]) == (False, "by_hand")
    assert again["disabled_at"] == off["disabled_at"] == "2026-11-22T12:00:00Z"
    assert (on["enabled"], on["disabled_reason"], on["disabled_at"]) == (True, None, None)
    assert (before, (await row(merchant, made))["since_feed_seq"]) == (0, 7)


async def test_other_events_are_heard_from_now_on_and_other_words_change_nothing(merchant):
    made = await make(merchant)
    path = f"/v1/endpoints/{made['id']}"
    await merchant.rows(SEVEN)

    await merchant.patch(path, {"description": "ERP", "url": URL + "2"})
    before = (await row(merchant, made))["since_feed_seq"]
    await merchant.patch(path, {"events": ["tier.left", "tier.left"]})

    after = await row(merchant, made)
    assert (before, after["since_feed_seq"], after["events"]) == (0, 7, ["tier.left"])


async def test_a_new_secret_stands_beside_the_old_for_its_grace(merchant):
    made = await make(merchant)
    path = f"/v1/endpoints/{made['id']}"

    rotated = (await merchant.post(f"{path}/rotate-secret", {"grace_hours": 2})).json()
    stored = await row(merchant, made)
    at_once = (await merchant.post(f"{path}/rotate-secret", {"grace_hours": 0})).json()
    alone = await row(merchant, made)

    open_ = merchant.app.state.seal.open
    place = f"endpoint {made['id']}"
    assert rotated["old_secret_until"] == "2026-11-22T14:00:00Z"
    assert open_(stored["secret"], place) == rotated["secret"] != made["secret"]
    assert open_(stored["old_secret"], place) == made["secret"]
    assert open_(alone["secret"], place) == at_once["secret"]
    assert (alone["old_secret"], at_once["old_secret_until"]) == (None, None)


@pytest.mark.parametrize("hours", [-1, 169, "24", 1.5, True])
async def test_a_grace_is_a_number_of_hours_up_to_a_week(merchant, hours):
    path = f"/v1/endpoints/{(await make(merchant))['id']}/rotate-secret"

    refused = await merchant.post(path, {"grace_hours": hours})

    assert (refused.status_code, faults(refused)[0][0]) == (422, "/grace_hours")


async def test_what_is_not_there_and_what_is_not_yours_look_alike(merchant):
    made = await make(merchant)
    other = await merchant.as_root(
        "POST", "/v1/programs", json={"key": f"{merchant.key}-b", "name": "B", "currency": "EUR"}
    )
    theirs = {"Authorization": f"Bearer {other.json()['api_key']['key']}"}
    paths = {
        "GET": ["", "/deliveries"], "PATCH": [""], "DELETE": [""],
        "POST": ["/rotate-secret", "/test", "/replay"],
    }  # fmt: skip
    for method, ends in paths.items():
        for end in ends:
            body = {"after": None} if end == "/replay" else {}
            for one, headers in ((made["id"], theirs), (NOBODY, {})):
                path = f"/v1/endpoints/{one}{end}"
                answer = await merchant.send(method, path, body, headers=headers)
                assert (answer.status_code, answer.json()["code"]) == (404, "endpoint_not_found")


async def test_a_deleted_endpoint_is_out_of_sight_and_its_secret_is_gone(merchant):
    made = await make(merchant)
    path = f"/v1/endpoints/{made['id']}"

    await merchant.delete(path)

    for answer in (await merchant.get(path), await merchant.post(f"{path}/test")):
        assert answer.status_code == 404
    assert (await merchant.get("/v1/endpoints")).json()["items"] == []
    stored = await row(merchant, made)
    assert (bytes(stored["secret"]), stored["old_secret"]) == (b"", None)


async def test_every_type_of_event_has_its_schema(merchant):
    found = (await merchant.get("/v1/event-types")).json()["items"]

    assert [one["type"] for one in found] == [*TYPES, "endpoint.test"]
    assert {*MOVE_TYPES, *PROGRAM_TYPES} < set(TYPES)
    for one in found:
        schema = one["json_schema"]
        assert schema["properties"]["type"] == {"const": one["type"]}
        assert {"timestamp", "data"} < set(schema["properties"])
    moved = next(one for one in found if one["type"] == "stage.left")
    assert "from" in moved["json_schema"]["$defs"]["MoveData"]["properties"]
