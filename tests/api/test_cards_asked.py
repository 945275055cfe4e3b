"""How a card is asked for: language, fragment or page, what the caller has, who may."""

import pytest

from tests.api.card import DEFINITION, card, with_history
from tests.api.town import key, opened


@pytest.fixture
async def town(database_url):
    async with opened(database_url, DEFINITION) as made:
        yield made


@pytest.mark.parametrize(
    ("lang", "header", "language"),
    [
        ("", None, "en"),
        ("", "de-AT, en;q=0.5", "de"),
        ("", "fr, ru;q=0.4, en;q=0.3", "ru"),
        ("", "de;q=0, *", "en"),
        ("", ",;q=,de;q=2,\x7f", "en"),
        ("?lang=ru", "de", "ru"),
    ],
)
async def test_the_language_is_that_asked_for(town, lang, header, language):
    await town.put("customers/c-9")

    answer = await card(town, f"c-9/card{lang}", **({"Accept-Language": header} if header else {}))

    assert answer.headers["Content-Language"] == language
    assert f'lang="{language}"' in answer.text
    assert answer.headers["Vary"] == "Accept-Language"


@pytest.mark.parametrize("asked", ["lang=fr", "page=half", "lang=%00", "default=1"])
async def test_what_is_not_there_to_be_asked_is_refused(town, asked):
    await town.put("customers/c-9")

    answer = await town.api.get(f"/v1/customers/c-9/card?{asked}")

    assert (answer.status_code, answer.json()["code"]) == (422, "request_invalid")


async def test_a_fragment_is_no_page_and_a_page_is_whole(town):
    await with_history(town)

    fragment, page = await card(town), await card(town, "c-7/card?page=full")

    assert fragment.text.startswith("<style>")
    assert "<html" not in fragment.text
    assert page.text.startswith('<!doctype html>\n<html lang="en">')
    for one in (fragment, page):
        assert one.headers["Content-Type"] == "text/html; charset=utf-8"
        assert "script" not in one.text
        assert "<b>" not in one.text
        assert "default-src 'none'" in one.headers["Content-Security-Policy"]


async def test_what_the_caller_has_is_304_until_it_changes(town):
    await with_history(town)
    have = {"If-None-Match": (await card(town)).headers["ETag"]}

    same = await town.api.get("/v1/customers/c-7/card?lang=en", headers=have)
    other = await town.api.get("/v1/customers/c-7/card?lang=de", headers=have)

    assert (same.status_code, same.content) == (304, b"")
    assert other.status_code == 200


async def test_a_key_without_the_scope_sees_no_card(town):
    await with_history(town)

    answer = await town.api.get("/v1/customers/c-7/card", headers=await key(town, "ingest"))

    assert (answer.status_code, answer.json()["code"]) == (403, "scope_missing")
