"""The stages of one track replaced by a list from outside, as one new version."""

import re
from collections import defaultdict
from collections.abc import Sequence
from typing import Any, NamedTuple

from app.kit.db import Session
from app.kit.etags import etag, require_match
from app.programs.checking import ORDER
from app.programs.definition import Definition
from app.programs.edit import Edit
from app.programs.publishing import edit_definition
from app.programs.schemas import DefinitionEdited, Preview, Published

NOT_OF_KEYS = re.compile(r"[^a-z0-9]+")
MOST_KEY = 50
TO_HOLD = {"amount_means": "to_hold"}


class Listed(NamedTuple):
    """A stage of the list: what it is called, what entitles to it, and what it gives."""

    name: str
    amount: str
    discount_percent: str
    products: Sequence[str]
    move_to_next: bool


async def replace_track(
    session: Session, edit: Edit, track: str, stages: Sequence[Listed]
) -> DefinitionEdited | Preview:
    """Publish, or preview, the definition with these stages of the track, lowest first.

    Their amounts are to be held. A stage of a known name keeps its key, and who is on it. With
    If-Match of the definition: raises PreconditionFailed. Raises DefinitionRefused.
    """

    def change(now: Definition) -> Definition:
        if edit.if_match is not None:
            require_match(edit.if_match, etag(now))
        return with_stages(now, track, stages)

    def shown(_: Definition, after: Definition, said: Published) -> DefinitionEdited:
        return DefinitionEdited(**dict(after), published=said)

    return await edit_definition(session, edit, change, shown)


def with_stages(now: Definition, track: str, stages: Sequence[Listed]) -> Definition:
    """The definition with a track of these stages alone."""
    keys = _keys(now, track, stages)
    raw: list[dict[str, Any]] = [
        {**one._asdict(), "products": list(one.products), "key": key, "track": track}
        for key, one in zip(keys, stages, strict=True)
    ]
    return now.with_settings({"stages": {track: TO_HOLD}}).with_track(track, raw)


def _keys(now: Definition, track: str, stages: Sequence[Listed]) -> list[str]:
    """Of a stage of the same name, else made of the name; no two alike, in no track."""
    held: defaultdict[str, list[str]] = defaultdict(list)
    for stage in now.track(track):
        held[stage.name].append(stage.key)
    taken = {stage.key for stage in now.loyalty_stages if stage.track != track} | {ORDER}
    taken.update(key for one in stages for key in held[one.name])
    keys: list[str] = []
    for place, one in enumerate(stages, 1):
        known = held[one.name]
        key = known.pop(0) if known else _free(_made(one.name, track, place), taken)
        taken.add(key)
        keys.append(key)
    return keys


def _made(name: str, track: str, place: int) -> str:
    """The name's plain letters and digits; a name in another alphabet has few."""
    plain = NOT_OF_KEYS.sub("-", name.casefold()).strip("-")[:MOST_KEY]
    return plain if any(map(str.isalpha, plain)) else f"{track[:MOST_KEY]}-{place}"


def _free(wanted: str, taken: set[str]) -> str:
    number, key = 1, wanted
    while key in taken:
        number += 1
        key = f"{wanted}-{number}"
    return key
