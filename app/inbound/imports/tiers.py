"""Imports of what an old system says members hold: compared, told, and kept if that is asked."""

from collections.abc import Sequence
from functools import partial
from typing import Self

from pydantic import model_validator

from app.evaluation import migrating, overrides, registering
from app.evaluation.migrating import TIERS, Compared, Told
from app.evaluation.schemas.migration import Difference
from app.evaluation.schemas.overrides import OverrideIn
from app.evaluation.schemas.people import CustomerIn, OrganizationIn
from app.inbound.imports.lines import Differs, Line, Problem, Taken, Terms
from app.inbound.imports.people import MemberLine, Read, caller_of, problem_of, read
from app.kit.db import Database, Session
from app.kit.errors import AppError
from app.kit.schemas import Day, Key, Name
from app.policy.override import OverrideMode
from app.programs import service as programs
from app.programs.rules import Rules

AT_ONCE = 500
TRACK = "default"
NO_LADDER = "There is no such ladder."
NO_LEVEL = "The ladder has no such level in force."
ONE_LADDER = "Give a tier, or a stage and its track: one line for each."


class TierLine(MemberLine):
    """What an old system says; a level by its key or its name. Neither named: none is held."""

    tier: Name | None = None
    stage: Name | None = None
    track: Key | None = None
    since: Day | None = None

    @model_validator(mode="after")
    def names_one_ladder(self) -> Self:
        """A tier, or a stage of a track."""
        if self.tier is not None and (self.stage is not None or self.track is not None):
            raise ValueError(ONE_LADDER)
        return self

    @property
    def ladder(self) -> str:
        return TIERS if self.stage is None and self.track is None else self.track or TRACK


class TierImporter:
    """Compares, and changes nothing unless differences are to be kept as overrides."""

    def __init__(self, db: Database, terms: Terms) -> None:
        self._db = db
        self._terms = terms
        self._caller = caller_of(terms)

    async def take(self, lines: Sequence[Line]) -> Taken:
        taken, wanted = Taken(), []
        for line in lines:
            found = read(line, TierLine)
            if isinstance(found, Problem):
                taken.refuse(found)
            else:
                wanted.append(found)
        for start in range(0, len(wanted), AT_ONCE):
            part = wanted[start : start + AT_ONCE]
            taken += await self._db.run(partial(self._compare, lines=part))
        return taken.in_order()

    async def _compare(self, session: Session, lines: Sequence[Read]) -> Taken:
        taken, told = Taken(), []
        rules = await programs.rules_of(session, self._terms.program_id)
        for line in lines:
            found = self._told(rules, line)
            if isinstance(found, Problem):
                taken.refuse(found)
            else:
                told.append((line, found))
        held = await migrating.compare(session, rules, [one for _, one in told], self._terms.now)
        for (line, one), compared in zip(told, held, strict=True):
            taken.compared[one.ladder, one.level, compared.computed] += 1
            if compared.difference is None:
                taken.outcomes["same"] += 1
            else:
                mode = self._mode(rules, one, compared)
                await self._tell(session, taken, line, compared.difference, mode)
        return taken

    def _told(self, rules: Rules, line: Read) -> Told | Problem:
        said: TierLine = line.said
        if rules.ladder(said.ladder) is None:
            return Problem(line.number, "track", said.id, "unknown_ladder", NO_LADDER)
        name, column = said.stage or said.tier, "stage" if said.stage else "tier"
        level = migrating.level_named(rules, said.ladder, name) if name else None
        if name and level is None:
            return Problem(line.number, column, said.id, "unknown_level", NO_LEVEL)
        return Told(said.who(self._caller), said.ladder, level, said.since)

    async def _tell(
        self,
        session: Session,
        taken: Taken,
        line: Read,
        difference: Difference,
        mode: OverrideMode | None,
    ) -> None:
        word = "differs"
        if mode is not None:
            try:
                word = await self._keep(session, line.said, difference, mode)
            except AppError as error:
                taken.problems.append(problem_of(line, error))
                word = "not_kept"
        taken.outcomes[word] += 1
        taken.differences.append(Differs(line.number, difference, word))

    def _mode(self, rules: Rules, one: Told, compared: Compared) -> OverrideMode | None:
        """By which override nobody loses: a floor lifts only, an exact one is as it was."""
        ladder, keeping = rules.ladder(one.ladder), self._terms.keeping
        if keeping is None or ladder is None or one.level is None:
            return None
        if keeping.how == "keep":
            return OverrideMode.exact
        above = (ladder.position_of(one.level) or 0) > (ladder.position_of(compared.computed) or 0)
        return OverrideMode.floor if above else None

    async def _keep(
        self, session: Session, said: TierLine, difference: Difference, mode: OverrideMode
    ) -> str:
        keeping, now = self._terms.keeping, self._terms.now
        assert keeping is not None
        if difference.reason == "unknown_member":
            await self._make_known(session, said)
        asked = OverrideIn.model_validate(
            {
                "ladder": difference.ladder,
                "mode": mode,
                "level": difference.imported,
                "reason": keeping.reason,
                "until": keeping.until.isoformat(),
            }
        )
        once = f"{mode} {difference.ladder} {difference.imported} {keeping.until}"
        who = said.who(self._caller)
        await overrides.set_once(session, self._caller, who, asked, now, once)
        return "kept"

    async def _make_known(self, session: Session, said: TierLine) -> None:
        now = self._terms.now
        if said.customer_id is not None:
            await registering.put_customer(
                session, self._caller, said.customer_id, CustomerIn(), now
            )
        else:
            await registering.put_organization(
                session, self._caller, said.id, OrganizationIn(), now
            )
