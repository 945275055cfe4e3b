"""How a window is written in JSON: one key, or "lifetime". Semantics 2."""

import re
from calendar import monthrange
from typing import Annotated, Any, NoReturn

from pydantic import PlainSerializer, PlainValidator, WithJsonSchema

from app.policy.dates import Period
from app.policy.window import Window, WindowKind
from app.programs.refusal import refuse

MOST_DAYS, MOST_MONTHS = 36_500, 1_200
LEAP_YEAR = 2028  # 02-29 is a start that clamps
MONTH_AND_DAY = re.compile(r"([0-9]{2})-([0-9]{2})", re.ASCII)
COUNTED = {
    WindowKind.rolling_days: (0, MOST_DAYS),
    WindowKind.rolling_months: (1, MOST_MONTHS),
    WindowKind.anniversary: (1, MOST_MONTHS),
}
PERIODIC = {WindowKind.calendar, WindowKind.previous}


def read_window(value: Any) -> Window:
    """The window that a JSON value writes."""
    if isinstance(value, Window):
        return value
    if value == WindowKind.lifetime:
        return Window(WindowKind.lifetime)
    if not isinstance(value, dict) or len(value) != 1:
        _refuse()
    [(name, said)] = value.items()
    if name not in WindowKind.__members__ or name == WindowKind.lifetime:
        _refuse()
    return _read(WindowKind(name), said)


def write_window(window: Window) -> Any:
    """The JSON value that writes the window."""
    match window.kind:
        case WindowKind.lifetime:
            return window.kind.value
        case WindowKind.fiscal_year:
            month, day = window.start
            return {window.kind.value: f"{month:02}-{day:02}"}
        case WindowKind.calendar | WindowKind.previous:
            return {window.kind.value: (window.period or Period.month).value}
        case _:
            return {window.kind.value: window.n}


def _read(kind: WindowKind, said: Any) -> Window:
    if isinstance(said, str):
        return _period(kind, said) if kind in PERIODIC else _fiscal_year(kind, said)
    least, most = COUNTED.get(kind, (1, 0))
    if not isinstance(said, int) or isinstance(said, bool) or not least <= said <= most:
        _refuse()
    return Window(kind, n=said)


def _period(kind: WindowKind, said: str) -> Window:
    if said not in Period.__members__:
        _refuse()
    return Window(kind, period=Period(said))


def _fiscal_year(kind: WindowKind, said: str) -> Window:
    found = MONTH_AND_DAY.fullmatch(said)
    if kind is not WindowKind.fiscal_year or found is None:
        _refuse()
    month, day = int(found[1]), int(found[2])
    if not _exists(month, day):
        _refuse()
    return Window(kind, start=(month, day))


def _exists(month: int, day: int) -> bool:
    return month in range(1, 13) and 1 <= day <= monthrange(LEAP_YEAR, month)[1]


def _refuse() -> NoReturn:
    refuse(
        "window_invalid",
        "Must be a window with one key, such as rolling_days, within its bounds, or lifetime.",
    )


def _one_key(kind: WindowKind, said: dict[str, Any]) -> dict[str, Any]:
    return {
        "type": "object",
        "properties": {kind.value: said},
        "required": [kind.value],
        "additionalProperties": False,
    }


def _schema() -> dict[str, Any]:
    period = {"type": "string", "enum": [one.value for one in Period]}
    month_and_day = {"type": "string", "pattern": "^(0[1-9]|1[0-2])-(0[1-9]|[12][0-9]|3[01])$"}
    counted = [
        _one_key(kind, {"type": "integer", "minimum": least, "maximum": most})
        for kind, (least, most) in COUNTED.items()
    ]
    periodic = [_one_key(kind, period) for kind in sorted(PERIODIC)]
    fiscal = _one_key(WindowKind.fiscal_year, month_and_day)
    lifetime = {"const": WindowKind.lifetime.value, "type": "string"}
    return {
        "anyOf": [*counted, *periodic, fiscal, lifetime],
        "examples": [{"rolling_days": 365}, {"previous": "month"}, "lifetime"],
    }


WindowSpec = Annotated[
    Window,
    PlainValidator(read_window),
    PlainSerializer(write_window),
    WithJsonSchema(_schema()),
]
