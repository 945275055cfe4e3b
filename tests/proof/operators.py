"""Who runs a program: overrides, checks, edits of the rules, the clock of a sandbox."""

import asyncio
from contextlib import suppress
from datetime import timedelta
from random import Random

RULES = {
    "currency": "EUR",
    "time_zone": "Europe/Berlin",
    "debounce_seconds": 1,
    "tiers": {"window": {"rolling_days": 60}, "upgrade": "immediate", "downgrade": "to_earned"},
    "stages": {"default": {"window": {"rolling_days": 90}, "amount_means": "to_hold"}},
}


class Operator:
    """Decides by hand, asks for checks, edits the rules, moves a sandbox's clock."""

    def __init__(self, program, seed):
        self.program, self.rng = program, Random(seed)

    async def run(self, ended):
        acts = [self.override, self.override, self.check, self.edit, self.recount]
        if self.program.sandbox:
            acts += [self.move_clock] * 3
        while not ended.is_set():
            await self.rng.choice(acts)()
            with suppress(TimeoutError):
                await asyncio.wait_for(ended.wait(), self.rng.uniform(0.05, 0.5))

    async def override(self):
        program, rng = self.program, self.rng
        if not program.customers:
            return
        mode, level = rng.choice([
            ("exact", "gold"), ("floor", "silver"), ("ceiling", "bronze"), ("freeze", None),
        ])  # fmt: skip
        body = {"ladder": "tiers", "mode": mode, "reason": "as a test has it"}
        body |= {"level": level} if level else {}
        path = f"/customers/{rng.choice(program.customers)}/overrides"
        answer = await program.post(path, body)
        self.expect(answer, 201)
        if answer.status_code == 201:
            program.ledger.overrides.append(answer.json()["id"])

    async def check(self):
        answer = await self.program.post("/checks", {})
        self.expect(answer, 202, 409)
        if answer.status_code == 202:
            self.program.ledger.checks.append(answer.json()["id"])

    async def edit(self):
        amount = f"{self.rng.randrange(300, 700)}.00"
        body = {"criteria": [{"metric": "spend", "at_least": amount}]}
        await self.patch("/tiers/silver", body)

    async def recount(self):
        changes = [
            {"points_per_unit": self.rng.choice(["1", "2", "0.5"])},
            {"counted_statuses": self.rng.choice([["paid", "closed"], ["closed"]])},
            {"amount_basis": self.rng.choice(["total", "goods"])},
        ]
        await self.patch("/settings", self.rng.choice(changes))

    async def patch(self, path, body):
        query = {"apply": self.rng.choice(["now", "next_check"])}
        answer = await self.program.say(
            "PATCH", path, body, headers={"If-Match": "*"}, params=query
        )
        self.expect(answer, 200)
        if answer.status_code == 200:
            version = answer.json()["published"]["version"]
            self.program.ledger.versions.add((self.program.key, version))

    async def move_clock(self):
        program = self.program
        program.today += timedelta(days=self.rng.choice([1, 1, 2, 10]))
        self.expect(await program.say("PUT", "/clock", {"today": program.today.isoformat()}), 200)

    def expect(self, answer, *statuses):
        if answer.status_code not in statuses:
            self.program.ledger.broken.append(
                f"{answer.request.method} {answer.request.url.path}: {answer.status_code}"
                f" {answer.text}"
            )


def definition():
    levels = {"bronze": "100.00", "silver": "500.00", "gold": "1000.00"}
    stages = {"s1": "100.00", "s2": "600.00"}
    return {
        "settings": RULES,
        "tiers": [
            {"key": key, "name": key.title(), "criteria": [{"metric": "spend", "at_least": least}]}
            for key, least in levels.items()
        ],
        "loyalty_stages": [
            {"key": key, "track": "default", "name": key, "amount": least}
            for key, least in stages.items()
        ],
    }
