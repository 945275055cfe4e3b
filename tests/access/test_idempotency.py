import asyncio

from sqlalchemy import text

ASKED = {"scopes": ["admin"], "name": "twice"}


async def test_a_repeated_request_gets_the_first_answer_and_has_no_second_effect(web, program):
    headers = await program.mint("admin") | {"Idempotency-Key": "one"}

    first = await web.post("/v1/keys", json=ASKED, headers=headers)
    second = await web.post("/v1/keys", json=ASKED, headers=headers)

    assert first.status_code == second.status_code == 201
    assert first.content == second.content
    assert second.headers["Idempotent-Replayed"] == "true"
    assert second.headers["Content-Type"] == "application/json"
    assert await _named_twice(web, headers) == 1


async def test_another_body_under_the_same_key_is_refused(web, program):
    headers = await program.mint("admin") | {"Idempotency-Key": "one"}
    await web.post("/v1/keys", json=ASKED, headers=headers)

    answer = await web.post("/v1/keys", json=ASKED | {"name": "other"}, headers=headers)

    assert answer.status_code == 422
    assert answer.json()["errors"][0]["code"] == "idempotency_key_reused"


async def test_requests_at_once_have_one_effect(web, program):
    headers = await program.mint("admin") | {"Idempotency-Key": "one"}

    answers = await asyncio.gather(
        *(web.post("/v1/keys", json=ASKED, headers=headers) for _ in range(8))
    )

    made = {answer.content for answer in answers if answer.status_code == 201}
    refused = {answer.json()["code"] for answer in answers if answer.status_code != 201}
    assert len(made) == 1
    assert refused <= {"idempotency_conflict"}
    assert await _named_twice(web, headers) == 1


async def test_a_refused_request_may_be_mended_under_its_key(web, program):
    headers = await program.mint("admin") | {"Idempotency-Key": "one"}
    refused = await web.post("/v1/keys", json={"scopes": ["read"]}, headers=headers)

    mended = await web.post("/v1/keys", json=ASKED, headers=headers)

    assert (refused.status_code, mended.status_code) == (403, 201)


async def test_keys_of_different_callers_never_meet(web, program):
    one = await program.mint("admin") | {"Idempotency-Key": "one"}
    two = await program.mint("admin") | {"Idempotency-Key": "one"}

    answers = [await web.post("/v1/keys", json=ASKED, headers=headers) for headers in (one, two)]

    assert [answer.status_code for answer in answers] == [201, 201]
    assert answers[0].content != answers[1].content


async def test_what_is_stored_shows_no_secret(web, web_db, program):
    headers = await program.mint("admin") | {"Idempotency-Key": "one"}
    made = (await web.post("/v1/keys", json=ASKED, headers=headers)).json()

    async with web_db.engine.begin() as connection:
        statement = text("SELECT * FROM idempotency_keys WHERE program_id = :id")
        stored = str((await connection.execute(statement, {"id": program.id})).one()).encode()

    assert made["key"].encode() not in stored
    assert b"twice" not in stored


async def _named_twice(web, headers):
    items = (await web.get("/v1/keys", headers=headers)).json()["items"]
    return sum(item["name"] == "twice" for item in items)
