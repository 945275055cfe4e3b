from typing import LiteralString, NoReturn

from pydantic_core import PydanticCustomError


def refuse(code: LiteralString, detail: LiteralString) -> NoReturn:
    """Refuse a value while it is read; the text never holds what came in."""
    raise PydanticCustomError(code, detail)
