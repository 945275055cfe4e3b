"""Status tokens as a storefront reads them, by the examples of the README."""

import base64
import json
import re
import shutil
import subprocess
from contextlib import asynccontextmanager
from pathlib import Path

import pytest

from app.access.token_keys import TokenKeys, rotate
from tests.api.town import opened, tier

README = (Path(__file__).parents[2] / "README.md").read_text("utf-8")
NODE = shutil.which("node")
DEFINITION = {
    "settings": {"currency": "EUR", "stages": {"default": {}}},
    "tiers": [tier("silver", "100.00"), tier("secret", "5000.00", visible=False)],
    "loyalty_stages": [{"key": "s1", "amount": "50.00"}],
}


@asynccontextmanager
async def without_keys(database_url):
    """A town in an installation that has signed nothing yet."""
    async with opened(database_url, DEFINITION) as made:
        await made.rows("DELETE FROM token_keys")
        yield made


def example(language):
    """The example of the README, as a storefront would run it."""
    [text] = re.findall(rf"^```{language}\n(.+?)^```$", section(), re.DOTALL | re.MULTILINE)
    if language == "python":
        namespace = {}
        exec(text, namespace)
        return namespace["verified"]
    if NODE is None:
        pytest.skip("There is no node to run the JavaScript example with.")
    return lambda *given: by_node(text, given)


def section():
    return README.partition("\n## Believe without asking")[2].partition("\n## ")[0]


def by_node(example, given):
    call = f"console.log(JSON.stringify(verified(...{json.dumps(given)})))"
    command = [NODE, "--input-type=module", "-e", f"{example}\n{call}"]
    done = subprocess.run(command, capture_output=True, text=True, timeout=30, check=False)
    if done.returncode:
        raise ValueError(done.stderr)
    return json.loads(done.stdout)


async def token(town, customer="c-7"):
    answer = await town.api.get(f"/v1/customers/{customer}/status-token")
    assert answer.status_code == 200, answer.text
    return answer.json()["token"]


async def jwks(town):
    answer = await town.api.get("/.well-known/jwks.json", headers={"Authorization": ""})
    assert answer.status_code == 200, answer.text
    return answer.json()


async def program(town):
    [found] = await town.rows("SELECT key FROM programs WHERE id = :program_id")
    return found["key"]


def part(token, number):
    text = token.split(".")[number]
    return json.loads(base64.urlsafe_b64decode(text + "=" * (-len(text) % 4)))


def written(value):
    return text_of(json.dumps(value).encode())


def text_of(raw):
    return base64.urlsafe_b64encode(raw).rstrip(b"=").decode()


def signed(key, header, body):
    """A token that bears the key's signature, whatever its header says."""
    signing = f"{written(header)}.{body}"
    return f"{signing}.{text_of(key.private.sign(signing.encode()))}"


async def turned(town, **more):
    """A new key, known to everybody at once."""
    seal = town.app.state.seal
    async with town.db.transaction() as session:
        kid = await rotate(session, seal, town.clock.now(), **more)
    town.app.state.token_keys = TokenKeys(town.db, seal)
    return kid


def kids(found):
    return [one["kid"] for one in found["keys"]]
