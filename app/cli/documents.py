"""The OpenAPI document as a file."""

from pathlib import Path
from typing import Annotated

import typer

from app.cli.opening import Refused
from app.kit.openapi import as_text
from app.main import openapi_document

PATH = Path(__file__).parents[2] / "openapi" / "openapi.json"
Check = Annotated[bool, typer.Option("--check", help="Only say whether the file is current.")]


def register(cli: typer.Typer) -> None:
    cli.command("openapi")(write)


def write(check: Check = False) -> None:  # noqa: FBT002 - typer's
    """Write openapi/openapi.json from the code."""
    text = as_text(openapi_document())
    if check:
        if not PATH.exists() or PATH.read_text("utf-8") != text:
            message = "openapi/openapi.json is not current: run `python -m app openapi`."
            raise Refused(message)
        return
    PATH.parent.mkdir(exist_ok=True)
    PATH.write_text(text, "utf-8")
