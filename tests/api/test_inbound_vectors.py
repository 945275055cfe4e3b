"""Published signatures, good and bad, before the whole service."""

from datetime import UTC, datetime

import pytest

from app.inbound.sources.kept_secrets import UNSIGNED
from tests.adapters.samples import vectors
from tests.api.deliveries import STANDARD, deliver, source
from tests.api.town import opened

PLATFORM = {"standard-webhooks": "standard"}


@pytest.fixture
async def town(database_url):
    async with opened(database_url) as found:
        yield found


@vectors()
async def test_a_signature_opens_what_it_signs_and_nothing_else(town, vector):
    platform = PLATFORM.get(vector["scheme"], vector["scheme"])
    unsigned = {"allowed_addresses": ["127.0.0.0/8"]} if platform in UNSIGNED else None
    secrets = [vector["secret"] or STANDARD]
    shop = await source(town, platform, secrets=secrets, unsigned=unsigned)
    body = vector["body"].encode()

    async def status(sent):
        town.clock.at = datetime.fromtimestamp(vector.get("now", 1_795_341_600), UTC)
        return (await deliver(town, shop["path"], sent, vector["headers"])).status_code

    statuses = await status(body), await status(body + b" "), await status(b"!" + body[1:])

    opens = vector["valid"] or vector["id"].endswith("-ping")
    mended = 200 if opens and unsigned else 401  # a password signs no body
    assert statuses == (200 if opens else 401, mended, mended)
