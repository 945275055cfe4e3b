"""A town with tiers and a stage, and the account card as people read it."""

import re
from datetime import timedelta
from html import unescape

from tests.api.town import TODAY, tier

SILVER = {"discount_percent": "7.5", "points_multiplier": "1.5"}
SECRET = {"discount_percent": "9"}
DEFINITION = {
    "settings": {
        "currency": "EUR",
        "tiers": {"window": {"rolling_days": 30}},
        "stages": {"default": {"min_stay_days": 0}},
    },
    "tiers": [
        tier("bronze", "1.00", name="Bronze", benefits={"discount_percent": "3"}),
        tier("silver", "1000.00", name="Silver", benefits=SILVER),
        tier("secret", "5000.00", name="Very secret", visible=False, benefits=SECRET),
        tier("gold", "10000.00", name="Gold <b>&</b> {x}"),
    ],
    "loyalty_stages": [{"key": "s1", "amount": "500.00", "name": "Partner"}],
}


async def card(town, path="c-7/card?lang=en", **headers):
    answer = await town.api.get(f"/v1/customers/{path}", headers=headers)
    assert answer.status_code == 200, answer.text
    return answer


async def told(town, path="c-7/card?lang=en"):
    """The texts that people see, in order."""
    answer = await card(town, path)
    body = re.sub(r"(?s)<style>.*?</style>|<title>.*?</title>", "", answer.text)
    pieces = (unescape(one).strip() for one in re.split(r"<[^>]+>", body))
    return [one.replace("\xa0", " ").replace("\u202f", " ") for one in pieces if one]


async def with_history(town):
    """600 that leave in three days, 550 that stay for a month."""
    await town.order("c-7", "600.00", on=TODAY - timedelta(28))
    await town.order("c-7", "550.00")
