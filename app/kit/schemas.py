"""Field types for everything that comes in: strict, bounded, and what Postgres can store.

Inputs use these, never bare `str` and `int`. Text comes back unchanged or is refused.
"""

from datetime import date, datetime
from decimal import Decimal
from typing import Annotated, Any
from uuid import UUID

from pydantic import (
    MISSING,
    AfterValidator,
    BaseModel,
    BeforeValidator,
    ConfigDict,
    Field,
    GetCoreSchemaHandler,
    WithJsonSchema,
)
from pydantic_core import CoreSchema

from app.kit import texts

SCALARS = {"bool", "bytes", "float", "int", "str"}
NO_SCHEMAS = {"default", "expected", "metadata", "serialization"}
MAX_32 = 2**31 - 1
MAX_64 = 2**63 - 1


def _tighten(node: Any) -> None:
    """Make the scalars of a core schema strict, in place."""
    if isinstance(node, list | tuple):
        for part in node:
            _tighten(part)
    elif isinstance(node, dict):
        is_schema = isinstance(node.get("type"), str)
        if is_schema and node["type"] in SCALARS:
            node["strict"] = True
        for key, part in node.items():
            if not (is_schema and key in NO_SCHEMAS):
                _tighten(part)


class Schema(BaseModel):
    """Base of inputs and outputs: frozen, no unknown fields, no scalar taken for another.

    Lists and enum members come in as JSON writes them; 1, "1" and true never stand for
    each other.
    """

    model_config = ConfigDict(frozen=True, extra="forbid")

    @classmethod
    def __get_pydantic_core_schema__(
        cls, source: type[BaseModel], handler: GetCoreSchemaHandler, /
    ) -> CoreSchema:
        schema = handler(source)
        _tighten(schema)
        return schema


def _decimal(pattern: str, example: str, description: str) -> Any:
    return Field(pattern=f"^{pattern}$", examples=[example], description=description)


# Text. Control characters are refused everywhere, line breaks in all but Text.
Id = Annotated[
    str,
    Field(min_length=1, max_length=255, pattern=texts.ONE_LINE, examples=["c-7"]),
]
Key = Annotated[str, Field(pattern="^[a-z0-9][a-z0-9_-]{0,62}$", examples=["gold"])]
Name = Annotated[
    str,
    Field(min_length=1, max_length=200, pattern=texts.ONE_LINE, examples=["Gold"]),
    AfterValidator(texts.not_blank),
]
Text = Annotated[str, Field(max_length=2_000, pattern=texts.MANY_LINES)]
Reason = Annotated[
    str,
    Field(min_length=3, max_length=500, pattern=texts.MANY_LINES, examples=["Agreed by phone"]),
    AfterValidator(texts.not_blank),
]

# Numbers. Money and rates are decimal strings; JSON numbers are refused.
Money = Annotated[
    str,
    _decimal(
        r"(0|[1-9][0-9]{0,11})(\.[0-9]{1,6})?",
        "120.50",
        "A decimal string in major units, not negative.",
    ),
]
SignedMoney = Annotated[
    str,
    _decimal(
        r"(0|-?(0\.[0-9]{1,6}|[1-9][0-9]{0,11}(\.[0-9]{1,6})?))",
        "-20.00",
        "A decimal string in major units.",
    ),
]
Rate = Annotated[
    str,
    _decimal(r"(0|[1-9][0-9]{0,11})(\.[0-9]{1,10})?", "1.10", "A decimal string above zero."),
    AfterValidator(texts.above_zero),
]
Percent = Annotated[
    str,
    _decimal(
        r"(100(\.0{1,2})?|(0|[1-9][0-9]?)(\.[0-9]{1,2})?)",
        "7.50",
        "A decimal string from 0 to 100 with at most two decimals.",
    ),
]
Count = Annotated[int, Field(ge=0, le=MAX_32)]
PositiveInt = Annotated[int, Field(ge=1, le=MAX_32)]
BigCount = Annotated[int, Field(ge=0, le=MAX_64)]
BigInt = Annotated[int, Field(ge=-MAX_64, le=MAX_64)]

# Parameters of a path or a query are text: these read them as strictly as a body.
PositiveParam = Annotated[int, Field(ge=1, le=MAX_32), BeforeValidator(texts.integer)]
FlagParam = Annotated[
    bool, BeforeValidator(texts.flag), WithJsonSchema({"type": "boolean", "examples": [True]})
]
Uuid = Annotated[
    UUID, BeforeValidator(texts.uuid), WithJsonSchema({"type": "string", "format": "uuid"})
]

# Time. Instants become UTC; both are kept within the years 1900 to 2999.
Instant = Annotated[
    datetime,
    BeforeValidator(texts.instant),
    WithJsonSchema({"type": "string", "format": "date-time", "examples": ["2026-11-22T10:15:30Z"]}),
]
Day = Annotated[
    date,
    BeforeValidator(texts.day),
    WithJsonSchema({"type": "string", "format": "date", "examples": ["2026-11-22"]}),
]

# Words that a public register defines.
CurrencyCode = Annotated[
    str, Field(pattern="^[A-Z]{3}$", examples=["EUR"]), AfterValidator(texts.currency)
]
TimeZone = Annotated[
    str,
    Field(max_length=64, pattern="^[A-Za-z0-9_+/-]+$", examples=["Europe/Vilnius"]),
    AfterValidator(texts.time_zone),
]
Cron = Annotated[
    str,
    Field(max_length=100, pattern="^[0-9A-Z*,/#-]+( [0-9A-Z*,/#-]+){4}$", examples=["15 0 * * *"]),
    AfterValidator(texts.cron),
]


def amount(money: str) -> Decimal:
    """The value of a checked decimal string."""
    return Decimal(money)


__all__ = [
    "MISSING",
    "BigCount",
    "BigInt",
    "Count",
    "Cron",
    "CurrencyCode",
    "Day",
    "FlagParam",
    "Id",
    "Instant",
    "Key",
    "Money",
    "Name",
    "Percent",
    "PositiveInt",
    "PositiveParam",
    "Rate",
    "Reason",
    "Schema",
    "SignedMoney",
    "Text",
    "TimeZone",
    "Uuid",
    "amount",
]
