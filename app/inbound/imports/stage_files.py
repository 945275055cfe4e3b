"""Discounts of an ERP, read by a mapping: loyalty stages, and how many are regular. Pure."""

import re
from collections import defaultdict
from collections.abc import Iterable
from decimal import Decimal
from typing import Annotated, Any, NamedTuple, TypeVar

from pydantic import Field, TypeAdapter, ValidationError

from app.kit.schemas import Id, Money, Name, Percent, Schema
from app.kit.strict_json import DuplicateKey, Unparsable, parse_json
from app.kit.strict_xml import Element, NotXml, Repeated, Row, rows

_Value = TypeVar("_Value")

LOYAL, REGULAR = "1", frozenset({"0", ""})
YES, NO = frozenset({"1", "true", "да"}), frozenset({"0", "false", "нет", ""})
CONSTANT = "="
PATH = re.compile(r"=.*|[^/=\s][^/\s]*(/[^/\s]+)*")
MOST_STAGES = 64
MOST_SHOWN = 40

NO_STAGES = "The file has no loyalty stage: the track would be left without any."
NO_MAPPING = "The mapping is no JSON object."
ONE_LOYALTY = "the loyalty flag must be 1 for a stage, 0 or absent for a regular discount"
ONE_FLAG = "move_to_next must be 1 or 0"

Path = Annotated[str, Field(min_length=1, max_length=500, pattern=f"^({PATH.pattern})$")]


class StagesRefused(Exception):
    """`lines`: every reason, with the line of the file where there is one."""

    def __init__(self, lines: Iterable[str]) -> None:
        self.lines = list(lines)
        super().__init__("\n".join(self.lines))


class StageMapping(Schema):
    """Where a discount's fields are: paths of names below `row`; "=text" is the text itself."""

    row: Annotated[str, Field(min_length=1, max_length=200, pattern=r"^[^/=\s]+$")]
    name: Path
    percent: Path
    amount: Path
    loyalty: Path
    products: Path = "="
    move_to_next: Path = "=1"


class FileStage(NamedTuple):
    """A loyalty stage as the ERP says it; `line`: where."""

    line: int
    name: str
    amount: str
    discount_percent: str
    products: tuple[str, ...]
    move_to_next: bool


class StageList(NamedTuple):
    """The stages, lowest first, and how many discounts are regular ones."""

    stages: tuple[FileStage, ...]
    regular: int


NAME: TypeAdapter[str] = TypeAdapter(Name)
MONEY: TypeAdapter[str] = TypeAdapter(Money)
PERCENT: TypeAdapter[str] = TypeAdapter(Percent)
PRODUCTS: TypeAdapter[tuple[str, ...]] = TypeAdapter(
    Annotated[tuple[Id, ...], Field(max_length=1_000)]
)


def mapping_of(body: bytes) -> StageMapping:
    """Raises StagesRefused."""
    try:
        return StageMapping.model_validate(parse_json(body))
    except (Unparsable, DuplicateKey) as error:
        raise StagesRefused([f"{NO_MAPPING} {error}"]) from None
    except ValidationError as error:
        found = error.errors(include_url=False, include_input=False)
        said = (
            f"mapping, {'/'.join(map(str, one['loc'])) or 'all'}: {one['msg']}" for one in found
        )
        raise StagesRefused(said) from None


def read_stages(chunks: Iterable[bytes], mapping: StageMapping) -> StageList:
    """Raises StagesRefused with every fault, equal amounts among them."""
    stages: list[FileStage] = []
    faults: list[str] = []
    regular = 0
    try:
        for row in rows(chunks, frozenset({mapping.row})):
            try:
                stage = _stage(row, mapping)
            except (_Unfit, Repeated) as error:
                faults.append(f"line {row.line}: {error}")
                continue
            regular += stage is None
            stages += [] if stage is None else [stage]
            if len(stages) > MOST_STAGES:
                raise StagesRefused([f"The file has more than {MOST_STAGES} stages."])
    except NotXml as error:
        raise StagesRefused([*faults, str(error)]) from None
    faults += _equal(stages)
    if faults or not stages:
        raise StagesRefused(faults or [NO_STAGES])
    return StageList(tuple(sorted(stages, key=lambda one: Decimal(one.amount))), regular)


class _Unfit(Exception):
    """A value of a row is not one."""

    def __init__(self, *said: str) -> None:
        super().__init__(": ".join(said))


def _stage(row: Row, mapping: StageMapping) -> FileStage | None:
    """None for a regular discount, whatever else it says."""
    loyalty = _one(row.element, mapping.loyalty)
    if loyalty in REGULAR:
        return None
    if loyalty != LOYAL:
        raise _Unfit(ONE_LOYALTY)
    moves = _one(row.element, mapping.move_to_next).casefold()
    if moves not in YES | NO:
        raise _Unfit(ONE_FLAG)
    return FileStage(
        line=row.line,
        name=_checked(NAME, _one(row.element, mapping.name), "name"),
        amount=_checked(MONEY, _number(row.element, mapping.amount), "amount"),
        discount_percent=_checked(PERCENT, _number(row.element, mapping.percent), "percent"),
        products=_products(row.element, mapping.products),
        move_to_next=moves in YES,
    )


def _one(element: Element, path: str) -> str:
    """The only text at a path, "" when there is none. Raises Repeated."""
    found = _texts(element, path)
    if len(found) > 1:
        raise Repeated(path)
    return found[0] if found else ""


def _number(element: Element, path: str) -> str:
    """Without zeros that mean nothing."""
    text = _one(element, path)
    return text.rstrip("0").rstrip(".") if "." in text else text


def _texts(element: Element, path: str) -> list[str]:
    if path.startswith(CONSTANT):
        return [path.removeprefix(CONSTANT)]
    return [one.text_of() for one in element.all(*path.split("/"))]


def _products(element: Element, path: str) -> tuple[str, ...]:
    """Each once; none means all."""
    named = dict.fromkeys(one for one in _texts(element, path) if one)
    return _checked(PRODUCTS, tuple(named), "products")


def _checked(kind: TypeAdapter[_Value], value: Any, name: str) -> _Value:
    try:
        return kind.validate_python(value)
    except ValidationError as error:
        found = error.errors(include_url=False, include_input=False)[0]
        raise _Unfit(name, found["msg"]) from None


def _equal(stages: Iterable[FileStage]) -> list[str]:
    """Stages that ask the same: none of them is the higher."""
    by_amount: defaultdict[Decimal, list[FileStage]] = defaultdict(list)
    for one in stages:
        by_amount[Decimal(one.amount)].append(one)
    return [
        "the same amount: "
        + " and ".join(f"{one.name[:MOST_SHOWN]} (line {one.line})" for one in same)
        for same in by_amount.values()
        if len(same) > 1
    ]
