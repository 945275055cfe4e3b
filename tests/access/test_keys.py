import asyncio

import pytest
from sqlalchemy import text

from app.access.caller import Caller, Scope
from app.access.errors import LastAdminKey
from app.access.service import delete_key


async def test_a_key_is_shown_once_and_stored_as_a_hash(web, web_db, program):
    admin = await program.mint("admin", "ingest", "read")

    made = await web.post("/v1/keys", json={"scopes": ["read", "ingest"]}, headers=admin)

    key = made.json()
    secret = key["key"].split("_")[3]
    listed = (await web.get("/v1/keys", headers=admin)).text
    async with web_db.engine.begin() as connection:
        rows = (await connection.execute(text("SELECT CAST(k.* AS text) FROM api_keys k"))).all()
    assert made.status_code == 201
    assert key["scopes"] == ["ingest", "read"]
    assert secret not in listed
    assert key["id"] in listed
    assert not any(secret in row[0] for row in rows)


async def test_a_key_mints_only_scopes_it_has(web, program):
    admin = await program.mint("admin", "read")

    answer = await web.post("/v1/keys", json={"scopes": ["read", "configure"]}, headers=admin)

    assert (answer.status_code, answer.json()["code"]) == (403, "scope_not_held")


async def test_a_key_that_has_expired_is_not_made(web, program):
    admin = await program.mint("admin")
    asked = {"scopes": ["admin"], "expires_at": "2026-11-22T11:59:59Z"}

    answer = await web.post("/v1/keys", json=asked, headers=admin)

    assert answer.json()["errors"][0]["pointer"] == "/expires_at"


async def test_the_last_admin_key_stays(web, program):
    admin = await program.minted("admin")
    headers = {"Authorization": f"Bearer {admin.key}"}
    await program.mint("read")

    answer = await web.delete(f"/v1/keys/{admin.id}", headers=headers)

    assert (answer.status_code, answer.json()["code"]) == (409, "last_admin_key")


async def test_of_two_admin_keys_deleted_at_once_one_stays(web_db, program, still_clock):
    one, two = await program.minted("admin"), await program.minted("admin")
    caller = Caller(program.id, "root", frozenset(Scope), is_root=True, request_id="")

    async def delete(key):
        async with web_db.transaction() as session:
            await delete_key(session, caller, key.id, still_clock.now())

    async with web_db.transaction() as session:
        await delete_key(session, caller, one.id, still_clock.now())
        second = asyncio.create_task(delete(two))
        await asyncio.sleep(0.2)
        waits = not second.done()

    assert waits
    with pytest.raises(LastAdminKey):
        await second


async def test_where_a_key_is_deleted_it_is_refused_at_once(web, program):
    admin, reader = await program.mint("admin"), await program.minted("read")
    headers = {"Authorization": f"Bearer {reader.key}"}
    known = await web.get("/v1/tiers", headers=headers)

    await web.delete(f"/v1/keys/{reader.id}", headers=admin)

    assert known.status_code != 401
    assert (await web.get("/v1/tiers", headers=headers)).status_code == 401


async def test_keys_of_another_program_cannot_be_deleted(web, program, other_program):
    theirs = await other_program.minted("read")
    await program.mint("admin")

    answer = await web.delete(f"/v1/keys/{theirs.id}", headers=await program.mint("admin"))

    assert (answer.status_code, answer.json()["code"]) == (404, "key_not_found")


async def test_pages_of_keys_join_without_gap(web, program):
    admin = await program.mint("admin")
    for _ in range(6):
        await program.mint("read")

    seen, cursor = [], None
    while True:
        query = {"limit": 3} | ({"after": cursor} if cursor else {})
        page = (await web.get("/v1/keys", params=query, headers=admin)).json()
        seen += [item["id"] for item in page["items"]]
        cursor = page["next"]
        if cursor is None:
            break

    assert len(seen) == 7
    assert seen == sorted(set(seen))


async def test_a_cursor_of_another_program_is_refused(web, program, other_program):
    mine, theirs = await program.mint("admin"), await other_program.mint("admin")
    for _ in range(2):
        await other_program.mint("read")
    foreign = (await web.get("/v1/keys?limit=1", headers=theirs)).json()["next"]

    answer = await web.get("/v1/keys", params={"after": foreign}, headers=mine)

    assert (answer.status_code, answer.json()["errors"][0]["code"]) == (422, "cursor_invalid")
