"""Orders that count for others forget who was erased: facts that still prove what is counted."""

import json
from collections import defaultdict
from collections.abc import Iterable, Mapping
from typing import Any, NamedTuple
from uuid import UUID

from app.kit.db import Session, rows, run, sql
from app.orders.erasing import Erased
from app.orders.facts import normal_text

KEPT = sql(__file__, "erase_kept")
KEPT_FACTS = sql(__file__, "erase_kept_facts")
KEPT_WRITE = sql(__file__, "erase_kept_write")
NAMES = sql(__file__, "erase_names")
DIGEST = 64

Versions = Mapping[str, str]


class Home(NamedTuple):
    """Whom an order counts for."""

    member_id: UUID
    kind: str
    external_id: str | None


async def forget_names(session: Session, gone: Erased, homes: Mapping[UUID, UUID]) -> None:
    """These orders name nobody who goes, and count as before. `homes`: by order key, all locked.

    Where only the customer said whom an order counts for, it says so itself from now on. The
    content hashes go, with the part of a version that is one: a name could be tried against them.
    """
    binds = {"homes": list(homes.values()), "order_keys": list(homes)}
    found = await rows(session, KEPT, program_id=gone.program_id, **binds)
    places = {row.order_key: Home(row.member_id, row.kind, row.external_id) for row in found}
    facts = await rows(session, KEPT_FACTS, program_id=gone.program_id, order_keys=list(places))
    versions = {row.order_key: {row.version} for row in found if row.version}
    for row in facts:
        if row.version:
            versions.setdefault(row.order_key, set()).add(row.version)
    told = {key: hashless(known) for key, known in versions.items()}
    await _write_orders(session, gone, places, found, told)
    await _write_facts(session, gone, places, facts, told)


def hashless(versions: Iterable[str]) -> dict[str, str]:
    """Each version with its place among those that differ by their hash alone, in its place."""
    alike: defaultdict[str, list[str]] = defaultdict(list)
    for one in sorted(versions):
        alike[one[:-DIGEST]].append(one)
    return {
        one: f"{start}{place:0{DIGEST}x}"
        for start, some in alike.items()
        for place, one in enumerate(some)
    }


def nameless(said: Mapping[str, Any], home: Home, gone: Erased) -> dict[str, Any]:
    """What was said of an order without who goes, and still of whom it counts for."""
    kept = dict(said)
    for name, ids in (("organization_id", gone.organizations), ("customer_id", gone.customers)):
        if kept.get(name) in ids:
            del kept[name]
    if len(kept) == len(said):
        return kept
    if home.kind == "organization":
        kept.setdefault("organization_id", home.external_id)
    elif home.kind == "customer":
        kept.setdefault("customer_id", home.external_id)
    return kept


async def _write_orders(
    session: Session,
    gone: Erased,
    places: Mapping[UUID, Home],
    found: Iterable[Any],
    told: Mapping[UUID, Versions],
) -> None:
    columns: defaultdict[str, list[Any]] = defaultdict(list)
    for row in found:
        home, versions = places[row.order_key], told.get(row.order_key, {})
        state = _json(row.state)
        state = None if state is None else nameless(state, home, gone)
        columns["homes"].append(home.member_id)
        columns["order_keys"].append(row.order_key)
        columns["customers"].append(home.member_id if home.kind == "customer" else None)
        named = state is not None and "organization_id" in state
        columns["organizations"].append(home.member_id if named else None)
        columns["versions"].append(versions.get(row.version) if row.version else None)
        columns["states"].append(None if state is None else normal_text(state))
        columns["histories"].append(_retold(_json(row.history), versions))
        columns["refunds"].append(_retold(_json(row.refunds), versions))
    if columns:
        await run(session, KEPT_WRITE, program_id=gone.program_id, **columns)


async def _write_facts(
    session: Session,
    gone: Erased,
    places: Mapping[UUID, Home],
    facts: Iterable[Any],
    told: Mapping[UUID, Versions],
) -> None:
    columns: defaultdict[str, list[Any]] = defaultdict(list)
    for row in facts:
        home = places[row.order_key]
        said = _json(row.parsed)
        columns["member_ids"].append(row.member_id)
        columns["event_keys"].append(row.event_key)
        columns["homes"].append(home.member_id)
        columns["versions"].append(told[row.order_key].get(row.version) if row.version else None)
        columns["said"].append(None if said is None else normal_text(nameless(said, home, gone)))
    if columns:
        await run(session, NAMES, program_id=gone.program_id, **columns)


def _retold(said: Any, versions: Versions) -> str:
    """The JSON with each version in place of the one it was."""
    return normal_text(_each(said, versions))


def _each(said: Any, versions: Versions) -> Any:
    if isinstance(said, str):
        return versions.get(said, said)
    if isinstance(said, list):
        return [_each(one, versions) for one in said]
    if isinstance(said, dict):
        return {name: _each(one, versions) for name, one in said.items()}
    return said


def _json(value: Any) -> Any:
    return json.loads(value) if isinstance(value, str) else value
