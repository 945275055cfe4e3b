import json

import httpx2 as httpx
import pytest

from app.kit.errors.handlers import allowed_methods
from tests.kit_web.shop import application

JSON = {"Content-Type": "application/json"}
MEMBERS = {"type", "title", "status", "code", "detail", "instance", "request_id"}


@pytest.fixture
async def shop():
    transport = httpx.ASGITransport(application())
    async with httpx.AsyncClient(transport=transport, base_url="http://shop") as client:
        yield client


def faults(answer):
    return [(fault["pointer"], fault["code"]) for fault in answer.json()["errors"]]


@pytest.mark.parametrize(
    ("body", "status", "found"),
    [
        (b"{}", 422, [("/name", "required")]),
        (b'{"name":"a","nmae":"b"}', 422, [("/nmae", "unknown_field")]),
        (b'{"name":"a","<b>":1}', 422, [("", "unknown_field")]),
        (b'{"name":"a","a":1,"a":2}', 422, [("", "duplicate_key")]),
        (b'{"name":"a","count":"1"}', 422, [("/count", "int_type")]),
        (b'{"name":"a","count":9223372036854775808}', 422, [("/count", "less_than_equal")]),
        (
            b'{"name":"\\u0000","parts":[{"amount":"1"},{"amount":1}]}',
            422,
            [("/name", "string_pattern_mismatch"), ("/parts/1/amount", "string_type")],
        ),
        (b'{"name":"\\ud800"}', 422, [("/name", "string_unicode")]),
        (b"null", 422, [("", "model_attributes_type")]),
        (b"[]", 422, [("", "model_attributes_type")]),
        (b"", 422, [("", "required")]),
        (b"{", 400, None),
        (b'{"name":NaN}', 400, None),
        (b'{"name":"a"} ', 200, None),
        (b'{"name":"a"}x', 400, None),
        (b"\xff", 400, None),
        (b"[" * 100, 400, None),
    ],
)
async def test_a_body_is_read_strictly(shop, body, status, found):
    answer = await shop.post("/v1/things", content=body, headers=JSON)

    assert answer.status_code == status
    if status != 200:
        assert set(answer.json()) - {"errors"} == MEMBERS
        assert answer.headers["Content-Type"] == "application/problem+json"
    if found:
        assert faults(answer) == found


@pytest.mark.parametrize(
    "headers",
    [
        {},
        {"Content-Type": "text/plain"},
        {"Content-Type": "application/x-www-form-urlencoded"},
        {"Content-Type": "application/json; charset=utf-16"},
        {"Content-Type": "application/json", "Content-Encoding": "gzip"},
    ],
)
async def test_another_content_type_is_refused(shop, headers):
    answer = await shop.post("/v1/things", content=b'{"name":"a"}', headers=headers)

    assert (answer.status_code, answer.json()["code"]) == (415, "unsupported_media_type")


async def test_no_answer_repeats_what_came_in(shop):
    body = json.dumps({"name": "sentinel\u0000", "count": "sentinel", "parts": "sentinel"})

    answers = [
        await shop.post("/v1/things", content=body, headers=JSON),
        await shop.get("/v1/things/SENTINEL"),
        await shop.get("/v1/things/a?limit=sentinel"),
        await shop.get("/sentinel"),
    ]

    assert [answer.status_code for answer in answers] == [422, 422, 422, 404]
    assert not any("sentinel" in answer.text.lower() for answer in answers)


async def test_parameters_have_pointers(shop):
    answer = await shop.get("/v1/things/GOLD?limit=1_0")

    assert faults(answer) == [
        ("/path/key", "string_pattern_mismatch"),
        ("/query/limit", "integer_invalid"),
    ]


async def test_an_unknown_parameter_is_refused(shop):
    answer = await shop.get("/v1/things/gold?limt=1&<b>=1")

    assert answer.status_code == 422
    assert faults(answer) == [
        ("/query/limt", "unknown_parameter"),
        ("/query", "unknown_parameter"),
    ]


async def test_405_names_every_method(shop):
    answer = await shop.delete("/v1/things/gold")

    assert (answer.status_code, answer.headers["Allow"]) == (405, "GET, PUT")


def test_allowed_methods_know_templates():
    paths = {"/a/{b}": {"get": {}, "parameters": []}, "/a/{b}/c.d": {"put": {}}}

    assert allowed_methods({"paths": paths}, "/a/x") == ["GET"]
    assert allowed_methods({"paths": paths}, "/a/x/c.d") == ["PUT"]
    assert allowed_methods({"paths": paths}, "/a/x/cxd") == []


@pytest.mark.parametrize(
    ("kind", "status", "code"),
    [
        ("broken", 409, "thing_broken"),
        ("secret", 500, "unexpected"),
        ("refused", 503, "unavailable"),
        ("slow", 503, "unavailable"),
    ],
)
async def test_an_error_is_told_as_a_problem(shop, kind, status, code):
    answer = await shop.post(f"/v1/things/fail/{kind}")

    assert (answer.status_code, answer.json()["code"]) == (status, code)
    assert "hunter2" not in answer.text
    assert "10.0.0.1" not in answer.text
    assert ("Retry-After" in answer.headers) == (status == 503)


@pytest.mark.parametrize(
    ("given", "kept"), [("abcdef-12345", True), ("short", False), ("a b c d e f", False)]
)
async def test_every_answer_has_a_request_id(shop, given, kept):
    headers = {"X-Request-Id": given}

    answers = [
        await shop.get("/v1/things/a", headers=headers),
        await shop.get("/nowhere", headers=headers),
        await shop.post("/v1/things/fail/secret", headers=headers),
    ]

    for answer in answers:
        assert (answer.headers["X-Request-Id"] == given) is kept
    assert answers[1].json()["request_id"] == answers[1].headers["X-Request-Id"]


async def test_what_has_not_changed_is_not_sent_again(shop):
    first = await shop.get("/v1/things/gold")
    tag = first.headers["ETag"]

    same = await shop.get("/v1/things/gold", headers={"If-None-Match": f'"x", W/{tag}'})
    other = await shop.get("/v1/things/gold?limit=6", headers={"If-None-Match": tag})

    assert (same.status_code, same.content, same.headers["ETag"]) == (304, b"", tag)
    assert other.status_code == 200
    assert other.headers["ETag"] != tag


@pytest.mark.parametrize(
    ("header", "status"),
    [(None, 428), ('"old"', 412), ("now", 412), ('W/"now"', 412), ('"now"', 200), ("*", 200)],
)
async def test_an_edit_says_what_it_changes(shop, header, status):
    headers = {} if header is None else {"If-Match": header}

    answer = await shop.put("/v1/things/gold", headers=headers)

    assert answer.status_code == status
