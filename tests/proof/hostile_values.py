"""P12: every field of every operation with every value of its kind, as raw bytes.

Nothing gives a 5xx, every 4xx is a problem that echoes nothing and has changed no row, and values
with a defined verdict get it: what is refused is refused, what is taken comes back as it was sent.
"""

import asyncio
import json
import re
from collections import Counter, defaultdict
from collections.abc import Iterator, Mapping
from contextlib import ExitStack
from functools import reduce
from itertools import cycle, islice
from random import Random
from typing import Any, NamedTuple
from unittest.mock import patch
from urllib.parse import quote_from_bytes

from app.kit.errors import handlers
from tests.proof.campaign import Result, Size
from tests.proof.driver import ROOT
from tests.proof.echoes import echo, echoing, was_refused
from tests.proof.fields import GOOD, Field, Reader
from tests.proof.findings import audited
from tests.proof.ground import ground
from tests.proof.hostile import BODIES, CORPORA, LINES_OF_EVENTS, NULL, Value
from tests.proof.operations import Operation
from tests.proof.pairs import Given, here, merged, pairs
from tests.proof.subject import CHECKS, Sender
from tests.proof.wire import Answer, Request, serving

VALUES = {"smoke": 3, "ci": 8, "release": 1_000}  # of its kind, for one field
PAIRS = {"smoke": 0, "ci": 0, "release": 40}  # of the fields of one operation
EVERY_SCOPE = ""
SCOPES = {"smoke": [EVERY_SCOPE], "ci": [EVERY_SCOPE], "release": [EVERY_SCOPE, "read", "ingest"]}
MEMBERS = {"type", "title", "status", "code", "detail", "instance", "request_id"}
SLOW = 2.0
SHOWN = 40
EDITED = ("/v1/settings", "/v1/tiers", "/v1/loyalty-stages", "/v1/definition", "/v1/versions")
UNNUMBERED = "audit A14"  # nobody numbers the feed here
BATCH = "/v1/order-events/batch"


class Probe(NamedTuple):
    """`value` None: a body that is hostile as a whole."""

    field: Field
    value: Value | None
    request: Request

    @property
    def name(self) -> str:
        said = self.value.said[:60] if self.value else b""
        return f"{self.field.operation.name} {self.field.place}{self.field.name} {said!r}"


def run(size: Size, seed: int, *, blind: bool) -> Result:
    return asyncio.run(campaign(size, seed, blind=blind))


async def campaign(size: Size, seed: int, *, blind: bool) -> Result:
    async with ground() as found:
        result = await play(found.server.url, size, seed, blind=blind)
        faults = [one for one in await audited(found.db) if not one.startswith(UNNUMBERED)]
        return Result(seed, result.counts, result.failures + faults)


async def play(url: str, size: Size, seed: int = 0, *, blind: bool = False) -> Result:
    """`smoke`: one operation for each kind and place."""
    with ExitStack() as planted:
        if blind:
            planted.enter_context(patch.object(handlers, "_fault", echoing))
        async with serving(url) as (port, db):
            hunt = Hunt(Sender(port, db), seed)
            await hunt.all(size)
    return Result(seed, hunt.counts(), hunt.failures)


class Hunt:
    """Sends every probe and judges every answer."""

    def __init__(self, sender: Sender, seed: int) -> None:
        self.sender, self.seed, self.reader = sender, seed, Reader()
        self.rng = Random(f"hostile/{seed}")
        self.failures: list[str] = []
        self.statuses: Counter[int] = Counter()
        self.fields = self.requests = 0
        self.slowest = 0.0
        self.digest: Any = None
        self.turn: Counter[str] = Counter(dict.fromkeys(CORPORA, seed * VALUES["ci"]))

    def counts(self) -> dict[str, int | float | str]:
        errors = sum(times for status, times in self.statuses.items() if status >= 500)
        return {
            "requests": self.requests,
            "fields": self.fields,
            "server_errors": errors,
            "slowest_s": round(self.slowest, 2),
        }

    async def all(self, size: Size) -> None:
        by_operation: dict[str, list[Field]] = defaultdict(list)
        for field in chosen(self.reader.fields(), size):
            by_operation[field.operation.name].append(field)
        for scope in SCOPES[size]:
            for fields in by_operation.values():
                await self.sender.found(scope)
                self.digest = None
                await self.operation(fields, size)

    async def operation(self, fields: list[Field], size: Size) -> None:
        for field in fields:
            await self.one(field, VALUES[size])
        for pair in pairs(self.rng, fields, PAIRS[size]):
            await self.both(*pair)
        if fields[0].operation.said.get("requestBody") and size != "smoke":
            await self.bodies(fields[0].operation)

    async def one(self, field: Field, most: int) -> None:
        """Some values of the field's kind, others each time."""
        self.fields += 1
        good = None
        if field.place in {"body", "query"} and field.operation.method != "DELETE":
            good = await self.good(field)
        corpus = CORPORA[field.kind]
        number = min(most, len(corpus))
        values = islice(cycle(corpus), self.turn[field.kind] % len(corpus), None)
        self.turn[field.kind] += number
        for value in (*islice(values, number), NULL):
            probe = Probe(field, value, self.request((field, value)))
            answer, same = await self.ask(probe)
            self.judge(probe, answer, same=same)
            self.verdict(probe, answer, good)

    async def both(self, one: Given, two: Given) -> None:
        """Two values in one request; which of them is refused is nobody's promise."""
        beside = two[0]
        named = one[0]._replace(name=f"{one[0].name} and {beside.place}{beside.name}")
        probe = Probe(named, one[1], self.request(one, two))
        answer, same = await self.ask(probe)
        self.judge(probe, answer, same=same)

    async def good(self, field: Field) -> int:
        """How the operation answers a good value."""
        said = GOOD.get(field.kind)
        value = Value(json.dumps(said).encode()) if said is not None else None
        if value is None:
            return 0
        probe = Probe(field, value, self.request((field, value)))
        answer, same = await self.ask(probe)
        self.judge(probe, answer, same=same)
        return answer.status

    async def bodies(self, operation: Operation) -> None:
        field = Field(operation, "body", "", "object", lambda value: value)
        usual = self.headers(operation)
        del usual[b"Content-Type"]
        target = self.target(operation)
        cases = {name: (body, {**usual, **more}) for name, (body, more) in BODIES.items()}
        if operation.path == BATCH:
            lines = {**usual, b"Content-Type": b"application/x-ndjson"}
            cases |= {f"lines: {name}": (body, lines) for name, body in LINES_OF_EVENTS.items()}
        for name, (body, headers) in cases.items():
            request = Request(operation.method, target, headers, body)
            probe = Probe(field._replace(name=f" {name}"), None, request)
            answer, same = await self.ask(probe)
            self.judge(probe, answer, same=same)

    async def ask(self, probe: Probe) -> tuple[Answer, bool]:
        """The answer, and whether every row is as before."""
        before = self.digest or await self.sender.digest()
        answer = await self.timed(probe.request)
        self.requests += 1
        self.statuses[answer.status] += 1
        self.digest = await self.sender.digest()
        same = self.digest == before
        if answer.status < 300:
            await self.restore(probe, answer)
        return answer, same

    async def timed(self, request: Request) -> Answer:
        """What is slow is asked again: a busy machine is no slow service."""
        answer = await self.sender.send(request)
        if answer.seconds > SLOW:
            answer = await self.sender.send(request)
        self.slowest = max(self.slowest, answer.seconds)
        return answer

    async def restore(self, probe: Probe, answer: Answer) -> None:
        operation = probe.field.operation
        if operation.method != "GET":
            self.digest = None
        if operation.method != "GET" and operation.path.startswith(EDITED):
            await self.sender.restore()
        if (operation.method, operation.path) == ("POST", CHECKS):
            await self.sender.cancel(json.loads(answer.body)["id"])

    def request(self, *given: Given) -> Request:
        """The request of one operation with these values in their fields."""
        operation = given[0][0].operation
        headers = self.headers(operation)
        by_place: dict[str, list[Given]] = defaultdict(list)
        for one in given:
            by_place[one[0].place].append(one)
        target = self.target(operation, {field.name: value for field, value in by_place["path"]})
        query = b"&".join(
            b"%s=%s" % (field.name.encode(), quote_from_bytes(value.alone, "").encode())
            for field, value in by_place["query"]
        )
        for field, value in by_place["header"]:
            said = value.alone.replace(b"\n", b"\x0b").replace(b"\r", b"\x0c")
            headers[field.name.encode()] = said
        body = self.body(operation, by_place["body"])
        return Request(operation.method, target + (b"?" + query if query else b""), headers, body)

    def body(self, operation: Operation, given: list[Given]) -> bytes | None:
        schema = self.reader.body_of(operation)
        if schema is None:
            return None
        wholes = [field.wrap(here(number)) for number, (field, _) in enumerate(given)]
        said = json.dumps(reduce(merged, wholes) if wholes else self.reader.good(schema)).encode()
        for number, (_, value) in enumerate(given):
            said = said.replace(b'"%s"' % here(number).encode(), value.said)
        return said

    def headers(self, operation: Operation) -> dict[bytes, bytes]:
        root = operation.path.startswith("/v1/programs")
        return self.sender.headers(ROOT if root else self.sender.scoped)

    def target(self, operation: Operation, hostile: Mapping[str, Value] | None = None) -> bytes:
        found = {"customer_id": "c-1", "organization_id": "o-1", "order_id": "1001", "number": "1"}
        key = "s1" if "stages" in operation.path else "gold"
        key = self.sender.known["program"] if "programs" in operation.path else key
        found = {**found, "key": key, **self.sender.known}
        said = {name: quote_from_bytes(one.alone, "") for name, one in (hostile or {}).items()}
        return operation.at(**{**found, **said}).encode()

    def judge(self, probe: Probe, answer: Answer, *, same: bool) -> None:
        if answer.status >= 500 or not answer.status:
            self.fail(probe, f"answered {answer.status} {answer.body[:200]!r}")
        elif answer.status >= 400:
            self.problem(probe, answer)
            conflict = re.search(rb'"(event|activity)_conflict"', answer.body)
            if not same and not conflict:
                self.fail(probe, f"changed rows and answered {answer.status}")
        if answer.seconds > SLOW:
            self.fail(probe, f"took {answer.seconds:.1f} s")

    def problem(self, probe: Probe, answer: Answer) -> None:
        if answer.headers.get("content-type") != "application/problem+json":
            self.fail(probe, f"is no problem: {answer.headers}")
            return
        said = json.loads(answer.body)
        if not said.keys() >= MEMBERS or said["status"] != answer.status:
            self.fail(probe, f"is no whole problem: {said}")
        named = probe.field.kind == "key"  # a refusal may name levels, and point at a key
        if echoed := echo(probe.value, answer.body.decode(), named=named):
            self.fail(probe, f"echoes {echoed!r}: {said}")

    def verdict(self, probe: Probe, answer: Answer, good: int | None) -> None:
        assert probe.value is not None
        field, wanted = probe.field, probe.value.verdict
        is_put = field.operation.method == "PUT"  # the first makes what the next one edits
        text_alone = probe.value.text is not None and field.kind not in {"integer", "flag"}
        if field.place == "header" or not wanted or not (field.place == "body" or text_alone):
            return
        if wanted == "refused" and not was_refused(answer):
            self.fail(probe, f"was taken: {answer.status} {answer.body[:100]!r}")
        if wanted == "taken" and good and good < 300:
            if answer.status != good and not (answer.status < 300 and is_put):
                self.fail(probe, f"answered {answer.status}, a good value {good}: {answer.body!r}")
            elif not unchanged(probe, answer):
                self.fail(probe, "came back otherwise")

    def fail(self, probe: Probe, what: str) -> None:
        if len(self.failures) < SHOWN:
            self.failures.append(f"{probe.name} {what}")


def chosen(fields: Iterator[Field], size: Size) -> Iterator[Field]:
    """At smoke size the first of each kind and place."""
    seen = set()
    for field in fields:
        if size != "smoke" or (field.kind, field.place) not in seen:
            seen.add((field.kind, field.place))
            yield field


def unchanged(probe: Probe, answer: Answer) -> bool:
    """Whether a text that the answer tells under the same name is the one that was sent."""
    assert probe.value is not None
    told = json.loads(answer.body) if answer.body else None
    for part in probe.field.name.split("/")[1:]:
        inside = told.get(part) if isinstance(told, dict) else None
        told = told[0] if isinstance(told, list) and told and part == "0" else inside
    return not isinstance(told, str) or told == probe.value.text
