"""Who stands where on a date, and who moved between two."""

from collections import Counter, defaultdict
from collections.abc import Iterable, Mapping, Sequence
from datetime import date, datetime, timedelta
from typing import NamedTuple
from uuid import UUID

from app.insight import repository
from app.insight.errors import after_today, spanned
from app.insight.repository import Holders, MovedSince, Moves
from app.insight.schemas import (
    Distribution,
    LadderMovement,
    LadderShares,
    LevelMoves,
    LevelShare,
    Movement,
    OccasionMoves,
)
from app.kit.db import Session
from app.kit.errors import RequestInvalid
from app.policy.standing import Direction, Occasion
from app.programs import service as programs
from app.programs.rules import Rules

USUAL_SPAN = timedelta(29)

Held = Mapping[str, Counter[str]]


class Span(NamedTuple):
    """The days asked for; None is the usual: the thirty days through today."""

    first: date | None = None
    last: date | None = None


async def distribution(
    session: Session, program_id: UUID, as_of: date | None, now: datetime
) -> Distribution:
    """How many members stand on each level, at the end of a date or as of now.

    Today's positions, less what has moved since. Raises RequestInvalid for a date to come.
    """
    rules = await programs.rules_of(session, program_id)
    today = programs.today(rules, now)
    on = as_of or today
    if on > today:
        raise RequestInvalid([after_today("/query/as_of")])
    sleeps = rules.sleeping
    members = await repository.members_known(session, program_id, on, sleeping=sleeps)
    holders = await repository.holders(session, program_id, on, sleeping=sleeps)
    moved: list[MovedSince] = []
    if on < today:
        moved = await repository.moved_since(session, program_id, on, sleeping=sleeps)
    held, gone = _held(holders, moved), _gone(moved)
    ladders = tuple(_shares(rules, name, held, gone, members) for name in _ladders(rules, held))
    return Distribution(as_of=on, members=members, ladders=ladders)


async def movement(session: Session, program_id: UUID, span: Span, now: datetime) -> Movement:
    """The moves from each level to each as of the days of a span.

    Raises RequestInvalid for a span that ends before it begins, or is longer than a leap year.
    """
    rules = await programs.rules_of(session, program_id)
    last = span.last or programs.today(rules, now)
    days = spanned(span.first or last - USUAL_SPAN, last)
    found = defaultdict(list)
    for one in await repository.moves(session, program_id, days):
        found[one.ladder].append(one)
    ladders = tuple(_movement(rules, name, found[name]) for name in _ladders(rules, found))
    return Movement(from_=days.first, to=days.last, ladders=ladders)


def _held(holders: Iterable[Holders], moved: Iterable[MovedSince]) -> Held:
    """Ladder → how many held each level, before what has moved since."""
    held: defaultdict[str, Counter[str]] = defaultdict(Counter)
    for one in holders:
        held[one.ladder][one.level_key] += one.members
    for move in moved:
        held[move.ladder].update(_undone(move))
    return {ladder: +levels for ladder, levels in held.items() if any(levels.values())}


def _gone(moved: Iterable[MovedSince]) -> Counter[str]:
    """Ladder → how many held a level of it then and are no members any more."""
    gone: Counter[str] = Counter()
    for move in moved:
        gone[move.ladder] += sum(_undone(move).values()) if move.removed else 0
    return gone


def _undone(move: MovedSince) -> Counter[str]:
    undone: Counter[str] = Counter()
    if move.from_level is not None:
        undone[move.from_level] += move.members
    if move.to_level is not None:
        undone[move.to_level] -= move.members
    return undone


def _shares(rules: Rules, name: str, held: Held, gone: Counter[str], members: int) -> LadderShares:
    levels = held.get(name, Counter())
    on_level = sum(levels.values()) - gone[name]
    return LadderShares(
        ladder=name,
        none=members - on_level,
        levels=tuple(_share(rules, name, key, levels[key]) for key in _levels(rules, name, levels)),
    )


def _share(rules: Rules, ladder: str, key: str, members: int) -> LevelShare:
    text = rules.level(ladder, key)
    return LevelShare(
        key=key,
        name=text.name if text else key,
        position=text.position if text else None,
        members=members,
    )


def _movement(rules: Rules, name: str, found: Sequence[Moves]) -> LadderMovement:
    cells: defaultdict[tuple[str | None, str | None, str], list[Moves]] = defaultdict(list)
    for one in found:
        cells[one.from_level, one.to_level, one.direction].append(one)
    keys = {key for cell in cells for key in cell[:2] if key is not None}
    places = {key: place for place, key in enumerate([None, *_levels(rules, name, keys)])}
    ordered = sorted(cells, key=lambda cell: (places[cell[0]], places[cell[1]], cell[2]))
    ways = Counter(dict.fromkeys(Direction, 0))
    for one in found:
        ways[Direction(one.direction)] += one.moves
    return LadderMovement(
        ladder=name,
        up=ways[Direction.up],
        down=ways[Direction.down],
        moves=tuple(_cell(*cell, cells[cell]) for cell in ordered),
    )


def _cell(
    from_level: str | None, to_level: str | None, direction: str, found: Iterable[Moves]
) -> LevelMoves:
    occasions = Counter({Occasion(one.occasion): one.moves for one in found})
    return LevelMoves(
        from_=from_level,
        to=to_level,
        direction=Direction(direction),
        moves=sum(occasions.values()),
        by_occasion=tuple(
            OccasionMoves(occasion=one, moves=occasions[one]) for one in Occasion if occasions[one]
        ),
    )


def _ladders(rules: Rules, found: Iterable[str]) -> list[str]:
    """The ladders in force, then those of which only members or history still tell."""
    known = [ladder.name for ladder in rules.ladders]
    return [*known, *sorted(set(found) - set(known))]


def _levels(rules: Rules, name: str, found: Iterable[str]) -> list[str]:
    """The levels in force, lowest first, then those that are not any more."""
    ladder = rules.ladder(name)
    known = [level.key for level in ladder.levels] if ladder else []
    return [*known, *sorted(set(found) - set(known))]
