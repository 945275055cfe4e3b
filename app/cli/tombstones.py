"""Tombstones beside the backups: a restore brings the erased back until they are applied."""

import json
from pathlib import Path
from typing import Annotated
from uuid import UUID

import typer

from app.cli.opening import Office, Refused, work
from app.customers.stones import KeyDiffers
from app.customers.tombstones import Stone
from app.evaluation import tombstones
from app.evaluation.tombstones import Applied
from app.kit import logs
from app.kit.sealing import Unsealable

group = typer.Typer(help="Stones of the erased: export, apply.", no_args_is_help=True)
File = Annotated[Path, typer.Argument(dir_okay=False, help="JSON lines; it names nobody.")]
Kept = Annotated[Path, typer.Argument(exists=True, dir_okay=False, help="What export wrote.")]


def register(cli: typer.Typer) -> None:
    cli.add_typer(group, name="tombstones")


@group.command("export")
def export(file: File) -> None:
    """Write the stones of everybody who was erased, to be kept beside the backups.

    The file and the key in it are of use only with TIERS_SECRET_KEY.
    """
    logs.set_up_logs("warning")

    async def do(office: Office) -> int:
        key = await tombstones.sealed_key(office.db)
        number = 0
        with file.open("w", encoding="utf-8") as out:
            print(json.dumps({"erase_key": key.hex() if key else None}), file=out)
            async for program_id, stone in tombstones.exported(office.db):
                said = {"program": str(program_id), "kind": stone.kind}
                print(json.dumps({**said, "stone": str(stone.member_id)}), file=out)
                number += 1
        return number

    typer.echo(f"{work(do)} tombstones.")


@group.command("apply")
def apply(file: Kept) -> None:
    """Erase again, after a restore, whom these stones mean. May be run twice."""
    logs.set_up_logs("warning")
    key, found = _read(file)

    async def do(office: Office) -> Applied:
        if key is None:
            return Applied(0, 0, 0)
        return await tombstones.apply(office.db, office.clock, key, found)

    try:
        done = work(do)
    except Unsealable:
        message = "The file was written under another TIERS_SECRET_KEY."
        raise Refused(message) from None
    except KeyDiffers:
        message = "Somebody was erased here before these tombstones were applied: restore anew."
        raise Refused(message) from None
    typer.echo(f"{done.stones} tombstones, {done.new} new, {done.erased} erased again.")


def _read(file: Path) -> tuple[bytes | None, list[tuple[UUID, Stone]]]:
    try:
        head, *lines = map(json.loads, file.read_text("utf-8").splitlines())
        key = head["erase_key"]
        found = [(UUID(one["program"]), Stone(UUID(one["stone"]), one["kind"])) for one in lines]
        return bytes.fromhex(key) if key else None, found
    except (ValueError, KeyError, TypeError) as error:
        message = f"{file} is no file of tombstones."
        raise Refused(message) from error
