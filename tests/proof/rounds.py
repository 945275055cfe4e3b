"""Checks on the stage, and the days that pass with what turns on them."""

from collections.abc import Iterable, Mapping
from dataclasses import replace
from datetime import date
from uuid import UUID

from app.evaluation.runs import Run
from app.evaluation.screening import screen_of
from app.kit.cron import next_date
from app.policy.decision import Direction, Occasion, State
from app.policy.ladder import Ladder
from app.policy.override import Override
from app.policy.screen import Screen
from app.policy.window import turned_days
from app.programs.rules import Rules
from app.standings.moves import Held
from tests.proof import ledger
from tests.proof.stage import UNHELD, Read, Ruling, Stage


class Rounds(Stage):
    """A stage on which days pass."""

    def __init__(self, read: Read = ledger.read) -> None:
        super().__init__(read)
        self.screens: list[tuple[Ladder, Screen | None]] = []

    def check(self, run: Run, since: date | None = None) -> None:
        """Decide whom a check looks at: since an earlier one, or of everybody."""
        if self.decides:
            looks = self.turned(since, run.on) if since else self.unscreened(run)
            self.decide(run, self.members if run.force else looks)

    def turned(self, since: date, on: date) -> list[UUID]:
        """As `candidates.sql`: members whose days, dates or sleep turned, and undecided ones."""
        windows = {window for ladder in self.rules.ladders for window in ladder.windows}
        starts = self.rules.starts_on
        spans = [span for one in windows for span in turned_days(one, since, on, starts_on=starts)]
        return [
            member
            for member, one in self.members.items()
            if not one.decided
            or any(low <= day <= high for day in self.days().get(member, ()) for low, high in spans)
            or any(held.review_on <= on for held in self.rows(member) if held.review_on)
            or any(
                since <= one.until_on < on
                for one in self.ledger.people.get(member, ())
                if one.until_on
            )
        ]

    def rows(self, member: UUID) -> Iterable[Held]:
        return (held for (one, _), held in self.held.items() if one == member)

    def unscreened(self, run: Run) -> list[UUID]:
        """As `movers`: whom the screen of no ladder knows to be settled, and undecided ones."""
        found = [one for one, member in self.members.items() if not member.decided]
        for one in self.judged(run, self.members):
            screen, held = self.screen(one.ladder), one.case.held
            plain = held.state is State.held and one.verdict.held.review_on is None
            if not (
                screen
                and plain
                and not one.case.overrides
                and screen.skips(held.level, one.case.totals)
            ):
                found.append(one.known.member_id)
        return found

    def screen(self, ladder: Ladder) -> Screen | None:
        """Made once for each ladder: it asks `decide` for every case."""
        made = next((one for one in self.screens if one[0] is ladder), None)
        if made is None:
            made = (ladder, screen_of(ladder))
            self.screens.append(made)
        return made[1]

    def pass_day(self, day: date) -> None:
        """The day comes, with the overrides that turn on it and its scheduled check."""
        self.rules = replace(self.rules, sandbox_day=day)
        if self.rules.pooling != "dated":
            self.review(self.settle())
        if self.rules.enabled:
            self.turn(day)
            if next_date(self.rules.check_schedule, day) == day:
                self.check(self.run(Occasion.check), self.rules.checked_on)
                self.rules = replace(self.rules, checked_on=day)

    def review(self, members: Iterable[UUID]) -> None:
        """Have the next check look at these."""
        for member in members:
            for ladder in self.rules.ladders:
                held = self.held.get((member, ladder.name), UNHELD)
                sooner = min(held.review_on or self.today, self.today)
                self.held[member, ladder.name] = replace(held, review_on=sooner)

    def turn(self, day: date) -> None:
        """Overrides that begin on the day or ended on the day before, ladder by ladder."""
        turning: dict[str, list[Ruling]] = {}
        for one in self.rulings.values():
            turns = {turn for turn in one.override.turns() if turn > one.set_on}
            if not one.removed and not self.members[one.member].gone and day in turns:
                turning.setdefault(one.ladder, []).append(one)
        for name, found in turning.items():
            begun = [one for one in found if one.override.from_on == day]
            nudges = {one.member: one.override for one in begun if one.override.mode == "nudge"}
            self.rule(name, [one.member for one in found], nudges)

    def rule(self, name: str, members: Iterable[UUID], nudges: Mapping[UUID, Override]) -> None:
        """One evaluation of one ladder because of an override."""
        only = tuple(one for one in self.rules.ladders if one.name == name)
        run = replace(self.run(Occasion.override), rules=replace(self.rules, ladders=only))
        self.decide(run, members, None, nudges)

    def falling(self, rules: Rules) -> dict[tuple[UUID, str], str]:
        """As `existing: keep` judges: who would fall now, minimum stay and grace left aside."""
        bare = [replace(one, min_stay_days=0, grace_days=0, active=True) for one in rules.ladders]
        run = replace(self.run(Occasion.check), rules=replace(rules, ladders=tuple(bare)))
        return {
            (one.known.member_id, one.ladder.name): level
            for one in self.judged(run, self.members)
            if (level := one.case.held.level) is not None
            and one.ladder.position_of(level) is not None
            and one.verdict.decision.direction is Direction.down
        }
