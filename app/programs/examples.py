"""Answers for the OpenAPI document, made by the code that makes real ones."""

from datetime import UTC, date, datetime
from typing import Any

from pydantic_core import to_jsonable_python

from app.access.caller import Scope
from app.access.schemas import KeyMade
from app.programs.definition import Definition
from app.programs.levels import STAGE, TIER, order_of
from app.programs.lint import warnings
from app.programs.presets import preset
from app.programs.schemas import (
    DefinitionEdited,
    Diff,
    Difference,
    OrderEdited,
    ProgramMade,
    ProgramOut,
    Published,
    SettingsEdited,
    VersionOut,
    VersionWhole,
)

AT = datetime(2026, 11, 22, 10, 15, 30, tzinfo=UTC)
DUE = datetime(2026, 11, 22, 10, 20, 30, tzinfo=UTC)
RAW = preset("cs_cart", "EUR", "Europe/Vilnius")
STAGES = preset("b2b_stages", "EUR", "Europe/Vilnius")["loyalty_stages"]

DEFINITION = Definition.of({**RAW, "loyalty_stages": STAGES})
SETTINGS = DEFINITION.settings
GOLD = DEFINITION.tiers[2]
STAGE_1 = DEFINITION.loyalty_stages[0]
TIER_ORDER = order_of(DEFINITION, None)
STAGE_ORDER = order_of(DEFINITION, "default")
PUBLISHED = Published(version=2, warnings=warnings(DEFINITION), check_due_at=DUE)
GOLD_EDITED = TIER.shown(GOLD, PUBLISHED)
STAGE_1_EDITED = STAGE.shown(STAGE_1, PUBLISHED)
SETTINGS_EDITED = SettingsEdited(**dict(SETTINGS), published=PUBLISHED)
TIER_ORDER_EDITED = OrderEdited(keys=TIER_ORDER.keys, published=PUBLISHED)
STAGE_ORDER_EDITED = OrderEdited(keys=STAGE_ORDER.keys, published=PUBLISHED)
DEFINITION_EDITED = DefinitionEdited(**dict(DEFINITION), published=PUBLISHED)
VERSION = VersionOut(version=1, author="key:4fQ8zK1mPq0R", note=None, published_at=AT)
VERSION_WHOLE = VersionWhole(**dict(VERSION), definition=DEFINITION)
DIFF = Diff(
    version=2,
    against=1,
    changes=(
        Difference(pointer="/tiers/1/criteria/0/at_least", before="1000.00", after="1200.00"),
    ),
)
PROGRAM = ProgramOut(
    key="acme",
    name="Acme",
    currency="EUR",
    time_zone="Europe/Vilnius",
    enabled=True,
    sandbox=False,
    today=date(2026, 11, 22),
    version=1,
    created_at=AT,
)
PROGRAM_MADE = ProgramMade(
    **dict(PROGRAM),
    warnings=(),
    api_key=KeyMade(
        id="4fQ8zK1mPq0R",
        name="first key",
        scopes=tuple(Scope),
        author="root",
        created_at=AT,
        expires_at=None,
        last_used_at=None,
        key="tk_live_4fQ8zK1mPq0R_<secret>",
    ),
)


def example(value: Any) -> Any:
    """The JSON of an answer."""
    return to_jsonable_python(value)


def page(*items: Any) -> dict[str, Any]:
    """A last page."""
    return {"items": items, "next": None}
