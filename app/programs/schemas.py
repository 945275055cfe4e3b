"""What comes in and goes out about programs and versions; definitions are in `specs`."""

from datetime import date, datetime
from typing import Annotated, Any

from pydantic import ConfigDict, Field

from app.access.schemas import KeyMade
from app.kit.schemas import MISSING, CurrencyCode, Day, Key, Name, Schema, TimeZone
from app.programs.definition import Definition
from app.programs.inputs import LevelOrder
from app.programs.lint_windows import LintWarning
from app.programs.presets import Preset
from app.programs.specs import ProgramSettings, Stage, Tier


class Published(Schema):
    """What an edit came to. `check_due_at` is null when no member can be affected."""

    version: int
    warnings: tuple[LintWarning, ...]
    check_due_at: datetime | None


class TierEdited(Tier):
    published: Published


class StageEdited(Stage):
    published: Published


class SettingsEdited(ProgramSettings):
    published: Published


class OrderEdited(LevelOrder):
    published: Published


class DefinitionEdited(Definition):
    published: Published


class Preview(Schema):
    """What an edit would do; nothing was written."""

    warnings: tuple[LintWarning, ...]
    ladders: tuple[dict[str, Any], ...]
    benefit_cost: Any


class ProgramIn(Schema):
    """A program; `today` is a sandbox's first date, default the real one."""

    model_config = ConfigDict(
        json_schema_extra={
            "examples": [
                {
                    "key": "acme",
                    "name": "Acme",
                    "currency": "EUR",
                    "time_zone": "Europe/Vilnius",
                    "preset": "cs_cart",
                }
            ]
        }
    )

    key: Key
    name: Name
    currency: CurrencyCode
    time_zone: TimeZone = "UTC"
    preset: Preset | None = None
    sandbox: bool = False
    today: Day | None = None


class ProgramPatch(Schema):
    model_config = ConfigDict(json_schema_extra={"examples": [{"name": "Acme GmbH"}]})

    name: Name | MISSING = MISSING


class ProgramOut(Schema):
    """A program. `today` is its own date: a sandbox's, or that of its time zone."""

    key: str
    name: str
    currency: str
    time_zone: str
    enabled: bool
    sandbox: bool
    today: date
    version: int
    created_at: datetime


class ProgramMade(ProgramOut):
    """`api_key` has every scope; its text is shown this once."""

    api_key: KeyMade
    warnings: tuple[LintWarning, ...]


class VersionOut(Schema):
    """A published version of the definition."""

    version: int
    author: str
    note: str | None
    published_at: datetime


class VersionWhole(VersionOut):
    definition: Definition


class Difference(Schema):
    """`before` is left out for what was added, `after` for what was removed."""

    pointer: str
    before: Annotated[Any, Field(examples=["1000.00"])] | MISSING = MISSING
    after: Annotated[Any, Field(examples=["1200.00"])] | MISSING = MISSING


class Diff(Schema):
    """From version `against` to `version`; pointers lead into `version`, or where a part was."""

    version: int
    against: int
    changes: tuple[Difference, ...]
