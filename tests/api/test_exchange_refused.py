"""Who may exchange, and what is refused: names, sizes, sessions, passwords, addresses."""

from datetime import timedelta

import pytest

from tests.api.onec import HERE, PASSWORD, OneC, exchanging, left, order, package
from tests.api.town import opened


@pytest.fixture
async def town(database_url):
    async with opened(database_url) as found:
        yield found


@pytest.mark.parametrize(
    "name", ["../o.xml", "a/o.xml", "a\\o.xml", "o\x00.xml", "", "..", "o" * 256, "C:o.xml"]
)
async def test_a_name_with_a_path_is_refused(town, name):
    onec = await exchanging(town)
    await onec.begin()

    lines = await onec.lines("file", body=b"<a/>", filename=name)

    assert lines == ["failure", "Имя файла не подходит: нужно имя без пути."]


async def test_a_name_may_be_written_in_any_letters(town):
    onec = await exchanging(town)
    await onec.begin()
    await onec.send("Заказы.xml", package(order("A-1")))

    assert (await onec.imported("Заказы.xml"))[0] == "success"


@pytest.mark.parametrize("mode", ["", "unknown", "info", "checkauth2"])
async def test_what_is_not_of_the_protocol_is_a_failure(town, mode):
    onec = await exchanging(town)
    await onec.begin()

    assert (await onec.lines(mode))[0] == "failure"
    assert (await onec.lines("init", "crm"))[0] == "failure"
    assert (await onec.lines("import", filename="absent.xml"))[0] == "failure"
    assert (await onec.lines("file", body=b"", filename="o.xml"))[0] == "failure"


async def test_too_many_files_and_too_many_bytes_are_refused(town, monkeypatch):
    onec = await exchanging(town)
    monkeypatch.setattr("app.inbound.exchange.files.MOST_FILES", 2)
    monkeypatch.setattr("app.inbound.exchange.files.MOST_BYTES", 10)
    await onec.begin()

    sent = [(await onec.lines("file", body=b"123456", filename=f"{n}.xml"))[0] for n in range(3)]
    more = (await onec.lines("file", body=b"123456", filename="1.xml"))[0]
    large = await onec.ask("file", body=bytes(1024 * 1024 + 1), filename="1.xml")

    assert (sent, more) == (["success", "success", "failure"], "failure")
    assert large.status_code == 413


@pytest.mark.parametrize("password", ["wrong", "", "x" * 5_000, "пароль"])
async def test_a_wrong_password_begins_no_session(town, password):
    onec = await exchanging(town)
    onec.password = password

    with pytest.raises(AssertionError, match="signature_refused"):
        await onec.check()


@pytest.mark.parametrize("cookie", ["", "tiers_exchange=forged", "tiers_exchange=\xff", "other=1"])
async def test_without_a_session_nothing_is_taken(town, cookie):
    onec = await exchanging(town)
    onec.headers = {"Cookie": cookie.encode("latin-1")}

    for mode in ("init", "query", "file", "import", "success"):
        answer = await onec.ask(mode, body=b"x" if mode == "file" else None, filename="o.xml")
        assert (answer.status_code, answer.json()["code"]) == (401, "signature_refused")


async def test_a_session_ends_with_its_time_its_secret_and_its_address(town):
    onec = await exchanging(town)

    await onec.begin()
    town.clock.at += timedelta(hours=4, seconds=1)
    assert (await onec.ask("init")).status_code == 401

    await onec.begin()
    await edited(town, secrets=["another long password", PASSWORD])
    assert (await onec.ask("init")).status_code == 200
    await edited(town, secrets=["another long password"])
    assert (await onec.ask("init")).status_code == 401

    onec.password = "another long password"
    await onec.begin()
    await edited(town, unsigned={"allowed_addresses": ["203.0.113.7"]})
    assert (await onec.ask("init")).status_code == 401


async def edited(town, **patch):
    answer = await town.api.patch("/v1/sources/erp", json=patch, headers={"If-Match": "*"})
    assert answer.status_code == 200, answer.text


async def test_a_session_is_of_one_source(town):
    one = await exchanging(town)
    await one.begin()
    said = {"key": "b", "platform": "commerceml", "secrets": [PASSWORD]}
    other = await town.api.post(
        "/v1/sources", json={**said, "unsigned": {"allowed_addresses": [HERE]}}
    )
    stranger = OneC(town.api, other.json()["path"].rpartition("/")[2])
    stranger.headers = one.headers

    assert (await stranger.ask("init")).status_code == 401


async def test_a_source_that_did_not_allow_it_exchanges_with_nobody(town):
    secret = "whsec_YSBzdGFuZGFyZCB3ZWJob29rcyB0ZXN0IGtleSAwMDE="
    made = await exchanging(town, secrets=[secret], unsigned=None)
    made.password = secret

    with pytest.raises(AssertionError, match="signature_refused"):
        await made.check()
    assert (await OneC(town.api, "src_unknown").ask("checkauth")).status_code == 404


async def test_old_sessions_and_files_go_with_the_next_exchange(town):
    onec = await exchanging(town)
    await onec.begin()
    await onec.send("o.xml", package(order("A-1")))
    await onec.imported("o.xml")
    town.clock.at += timedelta(days=1, seconds=1)

    await onec.begin()

    assert (await left(town, "exchange_sessions"), await left(town, "exchange_files")) == (1, 0)
