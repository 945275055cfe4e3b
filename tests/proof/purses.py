"""Points beside the reference model: sections 10 and 11 told slowly, and compared over HTTP.

A log gets benefits and points by hand from its seed (`with_points`), none of which decides
anything, so that the history stays the one that was drawn.
"""

import copy
import math
from collections import defaultdict
from collections.abc import Mapping
from fractions import Fraction
from random import Random

from .dates import local_day
from .earning import ladders
from .enjoying import enjoyed, sleeps
from .model import Json, home, judge_order, kept_id, representing
from .moves import Held
from .replay import Replay

MULTIPLIERS = ["1", "1.5", "2", "2.25", "0.5"]
BONUSES = [0, 0, 10, 25]
BY_HAND = 0.25
SUMS = """
SELECT m.kind, m.external_id, CAST(sum(e.points) AS bigint) AS points
  FROM points_entries e JOIN members m USING (member_id)
 WHERE e.program_id = :program_id AND m.external_id IS NOT NULL AND m.merged_into IS NULL
 GROUP BY m.kind, m.external_id"""

A3 = """
SELECT count(*) AS days
  FROM (SELECT member_id, day, points FROM day_totals WHERE program_id = :program_id) d
  FULL JOIN (SELECT member_id, day, sum(points) AS points FROM points_entries
              WHERE kind = 'earned' AND program_id = :program_id GROUP BY member_id, day) p
 USING (member_id, day)
 WHERE coalesce(d.points, 0) <> coalesce(p.points, 0)"""


class Purses(Replay):
    """The model with purses.

    `met`: the multiplier that an order or activity met. `rewarded`: the bonus for entering a
    level, by (member, level); `written`: by hand, by member; `refused`: redeemed in vain. `sure`
    is False where page 2 does not say whose multiplier is met, because an edit made orders count.
    """

    def __init__(self) -> None:
        self.met: dict[tuple[str, ...], Fraction] = {}
        self.rewarded: dict[tuple[str, str], int] = {}
        self.written: defaultdict[str, int] = defaultdict(int)
        self.refused: list[str] = []
        self.sure = True
        self.seen = 0
        super().__init__()

    def tell(self, entry: Json) -> None:
        held = dict(self.held)
        factors = self.given("points_multiplier", "1") if self.versions and self.enabled() else {}
        super().tell(entry)
        for place, member, customer in self.earners():
            if place not in self.met:
                self.sure &= "publish" not in entry
                level = self.meets(held, member, str(customer))
                self.met[place] = Fraction(factors.get(level, "1"))
        bonuses = self.given("entry_bonus_points", 0)
        for change in self.changes[self.seen :]:
            if change["ladder"] == "tiers" and change["direction"] == "up":
                place = (change["member"], change["to"])
                self.rewarded.setdefault(place, bonuses.get(change["to"], 0))
                if not self.rewarded[place]:
                    del self.rewarded[place]
        self.seen = len(self.changes)

    def given(self, name: str, nothing: str | int) -> Json:
        """What the enabled tiers of the newest version give."""
        levels = {one.key for one in ladders(self.versions[-1])["tiers"].levels}
        tiers = self.versions[-1]["tiers"]
        return {
            one["key"]: one.get("benefits", {}).get(name, nothing)
            for one in tiers
            if one["key"] in levels
        }

    def meets(self, held: Mapping[tuple[str, str], Held], member: str, customer: str) -> str | None:
        """The tier whose multiplier is met, by the README's decision on `best_of_both`.

        It is the one that who orders enjoys now; its member's own, where it stands for another.
        """
        organization = representing(self.facts, customer, self.today)
        chain = {f"customer:{customer}", f"organization:{organization}"}
        if sleeps(self.facts.settings) or member not in chain:
            return held.get((member, "tiers"), Held()).level
        return enjoyed(self.facts, held, self.ladders[0], customer, self.today)

    def earners(self):
        """Everything that earns now, with its member and its customer."""
        for place, events in self.facts.orders.items():
            one = judge_order(self.facts, events, self.today)
            if one is not None and one.because is None:
                yield place, one.member, one.customer
        for name, activity in self.facts.activities.items():
            day = local_day(activity["occurred_at"], self.facts.settings["time_zone"])
            customer = kept_id(self.facts, activity["customer_id"])
            yield (name,), str(home(self.facts, customer, day, self.today)), customer

    def on_points(self, said: Json) -> None:
        """Section 11: never below 0 by redemption; who represents has the organization's."""
        kind, _, name = said["member"].partition(":")
        member = said["member"]
        if kind == "customer":
            member = str(home(self.facts, name, self.today, self.today))
        if said["kind"] == "redeemed" and self.balances()[member] < said["points"]:
            self.refused.append(said["id"])
        else:
            self.written[member] += said["points"] * (-1 if said["kind"] == "redeemed" else 1)

    def customer_merged(self, pair: Json) -> None:
        """All is the kept one's; an entry that both were rewarded for is rewarded once."""
        super().customer_merged(pair)
        gone = f"customer:{pair['removed_id']}"
        kept = f"customer:{kept_id(self.facts, pair['kept_id'])}"
        self.written[kept] += self.written.pop(gone, 0)
        for member, level in [place for place in self.rewarded if place[0] == gone]:
            self.rewarded.setdefault((kept, level), self.rewarded.pop((member, level)))

    def balances(self) -> defaultdict[str, int]:
        found: defaultdict[str, int] = defaultdict(int, self.written)
        for (member, _), points in self.rewarded.items():
            found[member] += points
        for place, member, _ in self.earners():
            points = self.worth(place)
            found[member] += math.floor(points * self.met[place])
        return found

    def worth(self, place: tuple[str, ...]) -> int:
        """What is earned, before the multiplier."""
        if len(place) == 1:
            return int(self.facts.activities[place[0]]["points"])
        one = judge_order(self.facts, self.facts.orders[(place[0], place[1])], self.today)
        return one.points if one else 0


def with_points(log: list[Json], seed: int) -> list[Json]:
    """The log with benefits in its definitions and points by hand between its entries."""
    rng, world, told = Random(f"points/{seed}"), Purses(), []

    def tell(entry: Json) -> None:
        told.append(entry)
        world.tell(entry)

    for entry in log:
        tell(beneficial(entry, seed))
        gone = world.facts.redacted | world.facts.merged.keys()
        known = [one for one in sorted(world.known) if one.partition(":")[2] not in gone]
        if known and rng.random() < BY_HAND and not {"publish", "enable"} & entry.keys():
            kind, points = rng.choice([("adjusted", -3), ("adjusted", 7), ("redeemed", 5)] * 2)
            points = points if kind == "adjusted" else rng.choice([1, 20, 200])
            said = {"id": f"p{len(told)}", "member": rng.choice(known), "kind": kind}
            tell({"points": {**said, "points": points}})
    return told


def beneficial(entry: Json, seed: int) -> Json:
    """A tier of one key gives the same under every version."""
    if not {"program", "publish"} & entry.keys():
        return entry
    found = copy.deepcopy(entry)
    [value] = found.values()
    for tier in value["definition"]["tiers"]:
        rng = Random(f"{seed}/{tier['key']}")
        given = {"points_multiplier": rng.choice(MULTIPLIERS)}
        tier["benefits"] = {**given, "entry_bonus_points": rng.choice(BONUSES)}
    return found


async def differences(driver, world: Purses) -> list[str]:
    """Days whose points are not the ledger's (A3), balances, and what was redeemed in vain."""
    [bad] = await driver.rows(A3, program_id=driver.program_id)
    if bad["days"] or not world.sure:
        return [f"A3: {bad['days']} days"] if bad["days"] else []
    rows = await driver.rows(SUMS, program_id=driver.program_id)
    found = {f"{row['kind']}:{row['external_id']}": row["points"] for row in rows}
    gone = {f"customer:{one}" for one in world.facts.redacted}
    said = {member: points for member, points in world.balances().items() if member not in gone}
    wrong = [
        f"balance of {member}: model {said.get(member, 0)}, service {found.get(member, 0)}"
        for member in sorted(said.keys() | found.keys())
        if said.get(member, 0) != found.get(member, 0)
    ]
    if driver.refused != world.refused:
        wrong.append(f"refused {driver.refused}, model {world.refused}")
    return wrong
