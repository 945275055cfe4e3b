"""The demo: a program with a year of sample orders, and how to talk to it."""

import asyncio
import json
from typing import Annotated, Any
from uuid import UUID

import typer
from rich.console import Console

from app.access import service as access
from app.access.caller import Scope
from app.access.service import NewKey
from app.checks.plans import Asked
from app.cli import sample
from app.cli.bars import count_bar
from app.cli.checking import run_check
from app.cli.opening import AUTHOR, Office, office
from app.cli.serving import serve_with
from app.evaluation import people
from app.evaluation.runs import Run
from app.inbound.coalescer import Coalescer
from app.inbound.intake import Intake
from app.inbound.pipeline import Pipeline
from app.kit import logs
from app.kit.db import Session
from app.policy.decision import Occasion
from app.programs import managing, publishing
from app.programs import service as programs
from app.programs.definition import Definition
from app.programs.edit import Edit
from app.programs.schemas import ProgramIn
from app.settings import Settings, read_settings

PROGRAM = "demo"
KEY_FILE = "demo.key"
PART = 500
CUSTOMER = "c-0100"  # worth looking at
STAGES = [
    {"key": "stage_1", "name": "Stage 1", "amount": "300", "discount_percent": "2"},
    {"key": "stage_2", "name": "Stage 2", "amount": "1000", "discount_percent": "4"},
    {"key": "stage_3", "name": "Stage 3", "amount": "3000", "discount_percent": "6"},
]
Serve = Annotated[bool, typer.Option("--serve", help="Then serve it.")]

console = Console(highlight=False)


def register(cli: typer.Typer) -> None:
    cli.command("demo")(demo)


def demo(serve: Serve = False) -> None:  # noqa: FBT002 - typer's
    """Make the program "demo" with a year of sample orders, and print how to talk to it."""
    settings = read_settings()
    logs.set_up_logs("warning")
    _print(settings, asyncio.run(_prepare()))
    if serve:
        serve_with(settings, None, None, with_worker=True)


async def _prepare() -> str:
    async with office() as found:
        program_id = await found.db.run(lambda s: programs.program_id_of(s, PROGRAM))
        if program_id is None:
            program_id = await _make(found)
            await _fill(found, program_id)
        return await _key(found, program_id)


async def _make(found: Office) -> UUID:
    given = {"key": PROGRAM, "name": "Demo shop", "currency": "EUR", "preset": "vip"}
    asked = ProgramIn.model_validate({**given, "time_zone": "Europe/Berlin"})

    async def make(session: Session) -> UUID:
        await managing.make_program(session, asked, AUTHOR, AUTHOR, found.now)
        program_id = await programs.program_id_of(session, PROGRAM)
        assert program_id is not None
        return program_id

    program_id = await found.db.run(make)
    await found.db.run(lambda session: _add_stages(session, found, program_id))
    return program_id


async def _add_stages(session: Session, found: Office, program_id: UUID) -> None:
    edit = Edit(program_id, AUTHOR, AUTHOR, found.now, None, _no_preview, apply="next_check")

    def change(now: Definition) -> Definition:
        return Definition.of({**now.model_dump(mode="json"), "loyalty_stages": STAGES})

    await publishing.edit_definition(session, edit, change, lambda *_: None)


async def _no_preview(*_: object, **__: object) -> dict[str, Any]:
    raise NotImplementedError


async def _fill(found: Office, program_id: UUID) -> None:
    await found.db.run(lambda session: _represent(session, found, program_id))
    pipeline = Pipeline(found.db)
    intake = Intake(pipeline, Coalescer(pipeline))
    rules = await found.db.run(lambda session: programs.rules_of(session, program_id))
    events = list(sample.orders(programs.today(rules, found.now)))
    lines = [json.dumps(event).encode() for event in events]
    with count_bar() as progress:
        task = progress.add_task("Sample orders", total=len(lines))
        for start in range(0, len(lines), PART):
            part = lines[start : start + PART]
            await intake.take_lines(program_id, part, found.now)
            progress.advance(task, len(part))
    await run_check(found, Asked(program_id, None, False, False, None, AUTHOR, None))  # noqa: FBT003


async def _represent(session: Session, found: Office, program_id: UUID) -> None:
    rules = await programs.hold(session, program_id)
    today = programs.today(rules, found.now)
    run = Run(rules, Occasion.membership, today, found.now)
    begin = today.replace(year=today.year - 2, day=1)
    for customer, organization in sample.representatives():
        await people.link(session, run, customer, organization, begin)


async def _key(found: Office, program_id: UUID) -> str:
    """The demo's key: made once, kept beside the data, so that it can be printed again."""
    file = found.settings.data_dir / KEY_FILE
    if file.exists():
        return file.read_text("ascii").strip()
    asked = NewKey(program_id, Scope, AUTHOR, "demo key")
    made = await found.db.run(lambda session: access.mint(session, asked, found.now))
    file.parent.mkdir(parents=True, exist_ok=True)
    file.touch(mode=0o600)
    file.write_text(f"{made.key}\n", "ascii")
    return made.key


def _print(settings: Settings, key: str) -> None:
    base = f"http://{settings.host}:{settings.port}"
    auth = f'-H "Authorization: Bearer {key}"'
    event = json.dumps(
        {
            "event_id": "try-1",
            "type": "order.snapshot",
            "occurred_at": "2026-11-22T10:00:00Z",
            "order": {
                "id": "try-1",
                "status": "paid",
                "customer_id": CUSTOMER,
                "currency": "EUR",
                "total": "250.00",
                "paid_at": "2026-11-22T10:00:00Z",
            },
        }
    )
    console.print(f"\nExplorer  {base}/docs")
    console.print(f"Console   {base}/")
    console.print(f"Demo key  {key}\n")
    typer.echo(f"curl {auth} {base}/v1/customers/{CUSTOMER}")
    typer.echo(f"curl {auth} '{base}/v1/members?tier=gold&limit=5'")
    typer.echo(
        f"curl {auth} -H 'Content-Type: application/json' {base}/v1/order-events -d '{event}'\n"
    )
