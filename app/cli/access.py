"""Commands for programs and keys."""

from functools import partial
from typing import Annotated, Any

import typer
from pydantic import BaseModel, ValidationError

from app.access import service as access
from app.access import token_keys
from app.access.caller import Caller, Scope
from app.access.schemas import KeyMade
from app.access.service import NewKey
from app.cli.opening import AUTHOR, Office, Program, Refused, work
from app.kit.db import Session
from app.programs import managing
from app.programs.schemas import ProgramIn, ProgramMade

programs = typer.Typer(help="Programs: list, make, delete.", no_args_is_help=True)
keys = typer.Typer(help="API keys: list, make, delete.", no_args_is_help=True)
MOST = 250

Key = Annotated[str, typer.Argument(help="The key of the program.")]
Name = Annotated[str | None, typer.Option(help="What people call it.")]
Currency = Annotated[str, typer.Option(help="ISO 4217.")]
Zone = Annotated[str, typer.Option("--time-zone", help="IANA name.")]
Preset = Annotated[str | None, typer.Option(help="cs_cart, b2b_stages, classes or vip.")]
Sandbox = Annotated[bool, typer.Option("--sandbox", help="Its date is set by hand.")]
Scopes = Annotated[list[Scope], typer.Option("--scope", help="Again for each.")]
KeyId = Annotated[str, typer.Argument(help="The id of the key: its middle part.")]
Forget = Annotated[
    bool, typer.Option("--forget", help="The old key has leaked: believe no token of it any more.")
]


def register(cli: typer.Typer) -> None:
    cli.add_typer(programs, name="programs")
    cli.add_typer(keys, name="keys")


@programs.command("list")
def list_programs() -> None:
    """One JSON object a line."""

    async def do(office: Office) -> list[BaseModel]:
        after, found = None, list[BaseModel]()
        while True:
            page = await office.db.run(_page_of(after, office))
            found += page.items
            after = page.next
            if after is None:
                return found

    for one in work(do):
        typer.echo(one.model_dump_json())


@programs.command("make")
def make_program(
    key: Key,
    name: Name = None,
    currency: Currency = "EUR",
    time_zone: Zone = "UTC",
    preset: Preset = None,
    sandbox: Sandbox = False,  # noqa: FBT002 - typer's
) -> None:
    """Make a program; prints its first key, which has every scope, this once."""
    said = {"key": key, "name": name or key, "currency": currency, "time_zone": time_zone}
    given = {**said, "preset": preset, "sandbox": sandbox}

    async def do(office: Office) -> ProgramMade:
        asked = program_in(given)
        return await office.db.run(
            lambda session: managing.make_program(session, asked, AUTHOR, AUTHOR, office.now)
        )

    typer.echo(work(do).model_dump_json(indent=2))


@programs.command("delete")
def delete_program(key: Key) -> None:
    """Delete a program with everything it has; only a sandbox, or one without facts."""

    async def do(office: Office) -> None:
        await office.db.run(lambda session: managing.delete_program(session, key))

    work(do)


@keys.command("list")
def list_keys(program: Program) -> None:
    """One JSON object a line; secrets are never shown again."""

    async def do(office: Office) -> list[BaseModel]:
        program_id = await office.program_id(program)
        page = await office.db.run(lambda session: access.keys(session, program_id, None, MOST))
        return list(page.items)

    for one in work(do):
        typer.echo(one.model_dump_json())


@keys.command("make")
def make_key(
    scope: Scopes,
    program: Annotated[str | None, typer.Option("--program", "-p")] = None,
    name: Name = None,
) -> None:
    """Make a key and print it, this once. Without a program: a root key."""

    async def do(office: Office) -> KeyMade:
        program_id = await office.program_id(program) if program else None
        asked = NewKey(program_id, scope, AUTHOR, name)

        async def mint(session: Session) -> KeyMade:
            return await access.mint(session, asked, office.now)

        return await office.db.run(mint)

    typer.echo(work(do).model_dump_json(indent=2))


@keys.command("delete")
def delete_key(program: Program, key_id: KeyId) -> None:
    """End a key."""

    async def do(office: Office) -> None:
        program_id = await office.program_id(program)
        caller = Caller(program_id, AUTHOR, frozenset(Scope), is_root=True, request_id=AUTHOR)
        await office.db.run(lambda session: access.delete_key(session, caller, key_id, office.now))

    work(do)


@keys.command("rotate-token-key")
def rotate_token_key(forget: Forget = False) -> None:  # noqa: FBT002 - typer's
    """Sign status tokens with a new key; prints its kid. The old one's stay valid till they end."""

    async def do(office: Office) -> str:
        seal, now = office.settings.seal(), office.now
        return await office.db.run(partial(token_keys.rotate, seal=seal, now=now, forget=forget))

    typer.echo(work(do))


def program_in(given: dict[str, Any]) -> ProgramIn:
    """The program that options describe. Raises Refused."""
    try:
        return ProgramIn.model_validate({k: v for k, v in given.items() if v is not None})
    except ValidationError as error:
        first = error.errors(include_input=False, include_url=False)[0]
        message = f"{'/'.join(map(str, first['loc']))}: {first['msg']}"
        raise Refused(message) from None


def _page_of(after: str | None, office: Office) -> Any:
    return lambda session: managing.programs(session, after, MOST, office.now)
