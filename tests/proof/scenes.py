"""What each entry of a log does on the stage."""

import json
from collections.abc import Sequence
from dataclasses import replace
from datetime import date, timedelta
from decimal import Decimal
from functools import lru_cache
from typing import Any
from uuid import UUID

from app.orders.models import Touch
from app.policy.decision import Occasion
from app.policy.override import Override, OverrideMode
from app.programs import checking
from app.programs.compiling import Below, ladders_of, removed_after
from app.programs.definition import Definition
from app.programs.inputs import DefinitionIn
from app.programs.rules import Rules
from tests.proof.ledger import PROGRAM, who
from tests.proof.stage import ONE_DAY, Json, Ruling
from tests.proof.townsfolk import Townsfolk

A_SECOND = timedelta(seconds=1)


class Refused(Exception):
    """The product takes less than the model: the faults of a definition."""


class Scenes(Townsfolk):
    """A stage on which a log is played, entry by entry."""

    removed: dict[str, Below]

    def tell(self, entry: Json) -> None:
        ((name, value),) = entry.items()
        self.at += A_SECOND
        getattr(self, f"on_{name}")(value)

    # definitions and the clock

    def on_program(self, given: Json) -> None:
        self.removed = {}
        definition, today = told(given["definition"]), date.fromisoformat(given["today"])
        ladders = ladders_of(definition, {})
        self.rules = Rules(PROGRAM, "proof", "Proof", 1, 1, today, None, definition, ladders)

    def on_publish(self, given: Json) -> None:
        if given.get("apply") == "next_check":
            self.rules = replace(self.rules, checked_on=None)
        self.publish(told(given["definition"]), keep=given.get("existing") == "keep")

    def publish(self, definition: Definition, *, keep: bool = False) -> None:
        """The next version: orders are counted by it at once, nobody is decided by itself."""
        old, before = self.rules, self.falling(self.rules) if keep else {}
        self.removed = removed_after(old.definition, self.removed, definition)
        ladders = ladders_of(definition, self.removed)
        version = old.version + 1
        self.rules = replace(old, version=version, definition=definition, ladders=ladders)
        self.settle()
        if keep:
            for place, level in self.falling(self.rules).items():
                if place not in before:
                    floor = {"mode": "floor", "level": level}
                    self.set_override(f"keep:{version}:{place}", *place, floor)
        if self.rules.enabled and not old.enabled:
            self.check(self.run(Occasion.resync))

    def on_enable(self, _: Any) -> None:
        self.publish(self.rules.definition.with_settings({"enabled": True}))

    def on_disable(self, _: Any) -> None:
        self.publish(self.rules.definition.with_settings({"enabled": False}))

    def on_rules_changed(self, _: Any) -> None:
        self.check(self.run(Occasion.rules_changed))

    def on_check(self, given: Json) -> None:
        on, force = date.fromisoformat(given["as_of"]), bool(given.get("force"))
        self.check(self.run(Occasion.check, on, force=force))

    def on_clock(self, day: str) -> None:
        while self.today < date.fromisoformat(day):
            self.pass_day(self.today + ONE_DAY)

    # facts

    def on_event(self, event: Json) -> None:
        if event["type"].startswith("order."):
            self.record([event], Occasion.order)
            return
        fact = self.read(event)
        verdict = self.ledger.verdict(fact)
        if verdict is None:
            getattr(self, event["type"].replace(".", "_"))(fact)
        elif verdict.word == "conflict":
            self.conflicts.append(fact.event_id)

    def on_batch(self, events: Sequence[Json]) -> None:
        self.record(events, Occasion.order)

    def on_import(self, events: Sequence[Json]) -> None:
        self.record(events, Occasion.import_)

    def on_rate(self, told_: Json) -> None:
        day = date.fromisoformat(told_["date"])
        self.ledger.rates[told_["currency"], day] = Decimal(told_["rate"])
        touches = self.settle()
        self.decide(self.run(Occasion.order), touches, touches)

    def on_activity(self, told_: Json) -> None:
        customer = who("customer", told_["customer_id"])
        if self.ledger.kept(customer.member_id) in self.ledger.erased:
            return
        is_new = told_["activity_id"] not in self.ledger.activities
        fresh = self.meet(customer)
        member = self.ledger.act(self.book, told_)
        self.folded = None
        wanted = {member, *fresh} if is_new and told_["points"] else set(fresh)
        self.decide(self.run(Occasion.order), wanted, dict.fromkeys(wanted, Touch()))

    # overrides

    def on_override(self, given: Json) -> None:
        kind, _, name = given["member"].partition(":")
        made = self.set_override(given["id"], who(kind, name).member_id, given["ladder"], given)
        override = made.override
        acts = override.mode is OverrideMode.nudge and override.from_on <= self.today
        self.rule(made.ladder, [made.member], {made.member: override} if acts else {})

    def set_override(self, name: str, member: UUID, ladder: str, given: Json) -> Ruling:
        begins = date.fromisoformat(given["from"]) if given.get("from") else self.today
        until = date.fromisoformat(given["until"]) if given.get("until") else None
        mode, number = OverrideMode(given["mode"]), len(self.rulings) + 1
        override = Override(name, mode, given.get("level"), begins, until, number)
        self.rulings[name] = Ruling(member, ladder, override, self.today)
        return self.rulings[name]

    def on_remove_override(self, given: Json) -> None:
        made = self.rulings[given["id"]]
        made.removed = True
        if made.override.mode is not OverrideMode.nudge:
            self.rule(made.ladder, [made.member], {})


def told(raw: Json) -> Definition:
    """The definition as PUT /v1/definition reads it. Raises Refused."""
    return read_definition(json.dumps(raw))


@lru_cache(maxsize=64)
def read_definition(raw: str) -> Definition:
    given = DefinitionIn.model_validate(json.loads(raw)).model_dump(mode="json")
    placed = checking.by_position(given)
    definition = Definition.of(placed)
    if found := [*checking.misplaced(placed), *checking.faults(definition)]:
        raise Refused(found)
    return definition
