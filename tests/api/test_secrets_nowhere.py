"""I44: a secret is in the answer that creates it, and nowhere else that anybody can read."""

import base64
import json
import logging
from uuid import uuid4

import pytest
import structlog

from app.kit.logs import set_up_logs
from app.models import metadata
from tests.api.deliveries import deliver, standard
from tests.api.town import opened

INSTALLATION = {"root": "r" * 40, "sealing": "s" * 40}  # as the town sets them
ANY = {"If-Match": "*"}


@pytest.fixture
async def town(database_url):
    root = logging.getLogger()
    before = root.handlers[:], root.level
    async with opened(database_url) as made:
        yield made
    structlog.reset_defaults()
    root.handlers[:], root.level = before


def planted():
    """A secret of each kind that callers give, unlike any other text."""
    webhook = f"whsec_{base64.b64encode(uuid4().bytes + uuid4().bytes).decode()}"
    return {
        name: f"{name}-{uuid4().hex}"
        for name in ("password", "access_token", "guessed", "refused", "misplaced")
    } | {"webhook": webhook, "rotated": f"whsec_{base64.b64encode(uuid4().bytes * 2).decode()}"}


def forms(secret):
    """How it may be written: plain, in hex, in base64 at each offset; also what `whsec_` holds."""
    raw = [secret.encode()]
    if secret.startswith("whsec_"):
        raw += [base64.b64decode(secret.removeprefix("whsec_"))]
    found = {secret}
    for one in raw:
        found |= {one.hex()}
        found |= {
            base64.b64encode(b"\0" * offset + one).decode()[4 * (offset > 0) : -4]
            for offset in range(3)
        }
    return found


class Visitor:
    """Does everything that secrets take part in; keeps the answers that should not hold any."""

    def __init__(self, town, secrets):
        self.town, self.secrets = town, secrets
        self.answers = []

    async def ask(self, method, path, body=None, **headers):
        answer = await self.town.api.request(method, f"/v1{path}", json=body, headers=headers)
        self.answers.append(answer.text + str(dict(answer.headers)))
        return answer

    async def create(self, path, body, name):
        """A POST, twice under one key, whose answer is the one that may hold the secret."""
        named = {"Idempotency-Key": uuid4().hex}
        first, again = [
            await self.town.api.post(f"/v1{path}", json=body, headers=named) for _ in range(2)
        ]
        assert (first.status_code, again.status_code) == (201, 201), first.text
        made = first.json()
        self.secrets[name] = made.get("secret") or made.get("key")
        return made

    async def sources(self):
        given = {"key": "shop", "platform": "standard", "secrets": [self.secrets["webhook"]]}
        made = (await self.ask("POST", "/sources", given)).json()
        both = {"secrets": [self.secrets["rotated"], self.secrets["webhook"]]}
        await self.ask("PATCH", "/sources/shop", both, **ANY)
        await self.ask("GET", "/sources")
        body = b'{"event_id": 1}'
        for secret in ("webhook", "rotated"):
            now = self.town.clock.now()
            signed = standard(body, now, self.secrets[secret])
            self.answers.append((await deliver(self.town, made["path"], body, signed)).text)
        wrong = [self.secrets["refused"], 5]
        await self.ask("POST", "/sources", {**given, "key": "other", "secrets": wrong})
        await self.ask("POST", "/sources", {**given, "platform": self.secrets["misplaced"]})

    async def outbound(self):
        said = {"url": "https://shop.example/hook", "events": []}
        made = await self.create("/endpoints", said, "endpoint")
        await self.ask("GET", f"/endpoints/{made['id']}")
        await self.ask("PATCH", f"/endpoints/{made['id']}", {"description": "ERP"}, **ANY)
        credentials = {"access_token": self.secrets["access_token"]}
        shop = {"platform": "shopify", "url": "https://shop.example", "credentials": credentials}
        target = (await self.ask("POST", "/push-targets", shop)).json()
        await self.ask("GET", f"/push-targets/{target['id']}")
        bad = {**shop, "credentials": {"x": self.secrets["refused"]}}
        await self.ask("POST", "/push-targets", bad)
        user = f"https://u:{self.secrets['password']}@shop.example/"
        await self.ask("POST", "/endpoints", {"url": user})
        await self.ask("POST", "/push-targets", {**shop, "url": user})

    async def keys(self):
        await self.create("/keys", {"name": "n", "scopes": ["read"]}, "key")
        await self.ask("GET", "/keys")
        for bearer in (self.secrets["guessed"], self.secrets["key"][:-1]):
            await self.ask("GET", "/tiers", Authorization=f"Bearer {bearer}")
        await self.ask("POST", "/tiers", {}, Authorization=f"Bearer {self.secrets['key']}")
        await self.ask("GET", f"/tiers?api_key={self.secrets['misplaced']}")
        await self.ask("GET", f"/nowhere/{self.secrets['misplaced']}")
        await self.ask("GET", "/tiers", Authorization=f"Bearer {INSTALLATION['root']}")
        await self.ask("GET", "/customers/c-1/status-token")


async def dumped(town):
    """Every row of every table that is of this program or of none."""
    said = []
    for name, table in metadata.tables.items():
        ours = " WHERE program_id = :program_id" if "program_id" in table.columns else ""
        found = await town.rows(f"SELECT CAST(to_jsonb(t) AS text) AS said FROM {name} t{ours}")
        said += [row["said"] for row in found]
    return "\n".join(said)


def hits(secrets, places):
    """(secret, place) of each that is found."""
    return {
        (name, place)
        for name, secret in secrets.items()
        for place, text in places.items()
        if any(form in text for form in forms(secret))
    }


async def test_no_secret_is_written_anywhere(town, capfd):
    set_up_logs("debug")
    secrets = planted()
    visitor = Visitor(town, secrets)

    await visitor.sources()
    await visitor.outbound()
    await visitor.keys()
    metrics = (await town.api.get("/metrics")).text
    places = {
        "answers": "\n".join(visitor.answers),
        "tables": await dumped(town),
        "metrics": metrics,
        "logs": "\n".join(capfd.readouterr()),
    }

    assert all(places.values())
    assert '"event": "request"' in places["logs"]
    assert hits(secrets | INSTALLATION, places) == set()


def test_what_is_looked_for_would_be_found():
    secrets = planted()
    for name, secret in secrets.items():
        raw = secret.encode()
        for written in (
            secret,
            json.dumps({"said": secret}),
            raw.hex(),
            base64.b64encode(raw).decode(),
            base64.b64encode(b'{"secret": "' + raw + b'"}').decode(),
        ):
            assert hits({name: secret}, {"text": f"before {written} after"})
