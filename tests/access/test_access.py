import asyncio

import pytest

from app.access.service import mint_root
from app.kit.ids import new_api_key
from tests.access.conftest import ROOT

AS_ROOT = {"Authorization": f"Bearer {ROOT}"}


def _cut(key):
    return key[:-1]


def _other_secret(key):
    other = new_api_key()
    return str(other._replace(id=key.split("_")[2]))


async def test_a_key_opens_its_program_alone(web, program, other_program):
    mine, theirs = await program.mint("admin"), await other_program.mint("admin")

    ids = [
        {item["id"] for item in (await web.get("/v1/keys", headers=one)).json()["items"]}
        for one in (mine, theirs)
    ]

    assert all(ids)
    assert not ids[0] & ids[1]


@pytest.mark.parametrize(
    "spoil",
    [
        lambda key: key + "x",
        lambda key: key.swapcase(),
        lambda _: "",
        lambda _: "nonsense",
        lambda _: "ключ",
        lambda _: str(new_api_key()),
        _cut,
        _other_secret,
    ],
)
async def test_a_key_that_is_not_ours_is_refused(web, program, spoil):
    made = await program.minted("admin")
    header = f"Bearer {spoil(made.key)}".encode()

    answer = await web.get("/v1/keys", headers={"Authorization": header})

    assert (answer.status_code, answer.json()["code"]) == (401, "unauthorized")
    assert answer.headers["WWW-Authenticate"].startswith("Bearer")


async def test_no_scope_implies_another(web, program):
    for scope in ("ingest", "read", "configure", "operate"):
        answer = await web.get("/v1/keys", headers=await program.mint(scope))

        assert (answer.status_code, answer.json()["code"]) == (403, "scope_missing")
        assert 'scope="admin"' in answer.headers["WWW-Authenticate"]


async def test_an_expired_key_is_refused(web, program, still_clock):
    expires_at = still_clock.now().replace(hour=13)
    headers = await program.mint("admin", expires_at=expires_at)
    before = await web.get("/v1/keys", headers=headers)
    still_clock.advance(hours=2)
    await asyncio.sleep(1.05)  # the gate remembers a key for a second

    after = await web.get("/v1/keys", headers=headers)

    assert (before.status_code, after.status_code) == (200, 401)


async def test_a_deleted_key_is_refused_at_once(web, program):
    kept, gone = await program.mint("admin"), await program.minted("admin")
    with_gone = {"Authorization": f"Bearer {gone.key}"}
    assert (await web.get("/v1/keys", headers=with_gone)).status_code == 200

    deleted = await web.delete(f"/v1/keys/{gone.id}", headers=kept)

    assert deleted.status_code == 204
    assert (await web.get("/v1/keys", headers=with_gone)).status_code == 401


async def test_a_root_key_names_its_program(web, program):
    unnamed = await web.get("/v1/keys", headers=AS_ROOT)
    unknown = await web.get("/v1/keys", headers=AS_ROOT | {"Tiers-Program": "nobody"})
    named = await web.get("/v1/keys", headers=AS_ROOT | {"Tiers-Program": program.key})

    assert (unnamed.status_code, unnamed.json()["code"]) == (400, "program_required")
    assert (unknown.status_code, unknown.json()["code"]) == (404, "program_not_found")
    assert named.status_code == 200


async def test_a_key_acts_in_no_other_program(web, program, other_program):
    headers = await program.mint("admin")

    own = await web.get("/v1/keys", headers=headers | {"Tiers-Program": program.key})
    other = await web.get("/v1/keys", headers=headers | {"Tiers-Program": other_program.key})
    unknown = await web.get("/v1/keys", headers=headers | {"Tiers-Program": "nobody"})

    assert own.status_code == 200
    assert (other.status_code, other.json()["code"]) == (403, "other_program")
    assert unknown.json()["code"] == other.json()["code"]


async def test_a_minted_root_key_opens_every_program(web, web_db, still_clock, program):
    from_database = await _mint_root(web_db, still_clock)
    headers = {"Authorization": f"Bearer {from_database.key}", "Tiers-Program": program.key}

    assert (await web.get("/v1/keys", headers=headers)).status_code == 200


async def test_the_use_of_a_key_is_noted_once_a_minute(web, program, still_clock):
    headers = await program.mint("admin")
    first = await _last_used(web, headers)
    still_clock.advance(seconds=30)
    await asyncio.sleep(1.05)
    second = await _last_used(web, headers)
    still_clock.advance(seconds=31)
    await asyncio.sleep(1.05)
    third = await _last_used(web, headers)

    assert first == second == "2026-11-22T12:00:00Z"
    assert third == "2026-11-22T12:01:01Z"


async def _last_used(web, headers):
    return (await web.get("/v1/keys", headers=headers)).json()["items"][0]["last_used_at"]


async def _mint_root(db, clock):
    async with db.transaction() as session:
        return await mint_root(session, clock.now())
