"""The account widget in a real browser: no complaint, roles and names, contrast, narrow screens.

TIERS_SCREENSHOTS=<folder> keeps what was seen.
"""

from datetime import timedelta

import pytest

from tests.api.town import TODAY, opened, tier
from tests.console.browser import browser, contrasts, shown

CRITERIA = [{"metric": "spend", "at_least": "10000.00"}, {"metric": "orders", "at_least": 12}]
SILVER = {"discount_percent": "7.5", "points_multiplier": "1.5"}
DEFINITION = {
    "settings": {
        "currency": "EUR",
        "tiers": {"window": {"rolling_days": 30}},
        "stages": {"default": {"min_stay_days": 0}},
    },
    "tiers": [
        tier("bronze", "1.00", name="Bronze", benefits={"discount_percent": "3"}),
        tier("silver", "1000.00", name="Silver", benefits=SILVER),
        {"key": "gold", "name": "Gold", "match": "any", "criteria": CRITERIA},
    ],
    "loyalty_stages": [{"key": "s1", "amount": "500.00", "name": "Partner"}],
}
WORDS = {
    "en": ("Your tier", "Next: Gold", "Spend", "€1,150.00 of €10,000.00, €8,850.00 to go"),
    "de": ("Ihre Stufe", "Als Nächstes: Gold", "Umsatz",
           "1.150,00 € von 10.000,00 €, es fehlen 8.850,00 €"),
    "ru": ("Ваш уровень", "Далее: Gold", "Сумма покупок",
           "1 150,00 € из 10 000,00 €, осталось 8 850,00 €"),
}  # fmt: skip
INJECT = """() => document.body.append(
  Object.assign(document.createElement("script"), { textContent: "window.ran = 1" }))"""
SHOP = """<!doctype html><html lang="fr"><title>Shop</title>
<style>body {{ background: #123; color: #fff; font: 20px serif }} p {{ color: #fff }}</style>
<h1>Mon compte</h1>{}"""


@pytest.fixture(scope="module")
async def chrome():
    async with browser() as found:
        yield found


@pytest.fixture
async def town(database_url):
    async with opened(database_url, DEFINITION) as made:
        await made.order("c-7", "600.00", on=TODAY - timedelta(28))
        await made.order("c-7", "550.00")
        yield made


async def card(town, query):
    answer = await town.api.get(f"/v1/customers/c-7/card?{query}")
    assert answer.status_code == 200, answer.text
    return answer


@pytest.mark.parametrize("width", [320, 800])
@pytest.mark.parametrize("language", WORDS)
async def test_a_page_is_read_by_role_and_name(town, chrome, language, width):
    kicker, following, spend, text = WORDS[language]
    answer = await card(town, f"page=full&lang={language}")

    async with shown(chrome, answer, width=width) as page:
        region = page.get_by_role("main").get_by_role("region", name=kicker, exact=True)
        bar = region.get_by_role("progressbar", name=spend, exact=True)

        assert page.said == []
        assert await page.title() == f"{kicker}: Silver"
        assert await page.locator("html").get_attribute("lang") == language
        assert await region.get_by_role("heading", level=1).inner_text() == "Silver"
        assert following in await region.get_by_role("heading", level=2).all_inner_texts()
        assert [await bar.get_attribute(one) for one in ("value", "max")] == ["1150.00", "10000.00"]
        assert text in (await region.inner_text()).replace("\xa0", " ").replace("\u202f", " ")
        assert await page.evaluate("document.documentElement.scrollWidth") <= width


async def test_the_style_is_let_through_and_nothing_else_is(town, chrome):
    answer = await card(town, "page=full")

    async with shown(chrome, answer) as page:
        looks = await page.locator(".tiers-card").evaluate(
            "one => [getComputedStyle(one).borderRadius, getComputedStyle(one).backgroundColor]"
        )
        await page.evaluate(INJECT)

        assert looks == ["14px", "rgb(255, 255, 255)"]
        assert await page.evaluate("window.ran") is None
        assert len(page.said) == 1
        assert "Content Security Policy" in page.said[0]


async def test_every_text_has_contrast(town, chrome):
    answer = await card(town, "page=full")

    async with shown(chrome, answer) as page:
        found = await contrasts(page)

    assert len(found) > 12
    assert {text: ratio for text, ratio in found.items() if ratio < 4.5} == {}


async def test_too_little_contrast_is_seen(town, chrome):
    answer = await card(town, "page=full")

    async with shown(chrome, answer) as page:
        await page.locator("h1").evaluate("one => one.style.setProperty('color', '#888')")
        found = await contrasts(page)

    assert found["Silver"] < 4.5


async def test_a_fragment_keeps_its_looks_in_a_page_of_a_shop(town, chrome):
    answer = await card(town, "lang=de")
    del answer.headers["Content-Security-Policy"]  # the shop's page has its own

    async with shown(chrome, answer, around=SHOP) as page:
        region = page.get_by_role("region", name="Ihre Stufe", exact=True)
        found = await contrasts(page)

        assert page.said == []
        assert await region.get_attribute("lang") == "de"
        assert await region.get_by_role("heading", level=2).inner_text() == "Silver"
        assert {text: ratio for text, ratio in found.items() if ratio < 4.5} == {}
