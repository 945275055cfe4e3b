"""Import of loyalty stages: the discounts of an ERP as the stages of one track."""

import json
from collections.abc import Iterator
from pathlib import Path
from typing import Annotated, Any
from uuid import UUID

import typer

from app.cli.importing import imports
from app.cli.opening import AUTHOR, Office, Program, Refused, work
from app.evaluation.preview import preview
from app.inbound.imports.stage_files import (
    FileStage,
    StageList,
    StagesRefused,
    mapping_of,
    read_stages,
)
from app.kit import logs
from app.kit.db import Session
from app.kit.etags import etag
from app.programs import service as programs
from app.programs.edit import Edit
from app.programs.schemas import DefinitionEdited, Preview
from app.programs.staging import Listed, replace_track

PIECE = 64 * 1024

File = Annotated[Path, typer.Argument(exists=True, dir_okay=False, help="XML.")]
MappingFile = Annotated[
    Path,
    typer.Option(
        "--mapping",
        exists=True,
        dir_okay=False,
        help="JSON: the element of a discount, and where its fields are.",
    ),
]
Track = Annotated[str, typer.Option(help="The track whose stages are replaced.")]
DryRun = Annotated[bool, typer.Option("--dry-run", help="Only print what would happen.")]


def register(_: typer.Typer) -> None:
    """One more kind of file that `import` takes."""
    imports.command("stages")(import_stages)


def import_stages(
    file: File,
    program: Program,
    mapping: MappingFile,
    track: Track = "default",
    dry_run: DryRun = False,  # noqa: FBT002 - an option of the command line
) -> None:
    """Replace the stages of a track by the loyalty discounts of an ERP, as one new version.

    The preview is printed first. Discounts that are no stages are counted and left out.
    """
    logs.set_up_logs("warning")
    found = _read(file, mapping)
    _tell_stages(found)
    listed = [_listed(one) for one in found.stages]

    async def do(office: Office) -> None:
        program_id = await office.program_id(program)
        previewed, tag = await _preview(office, program_id, track, listed)
        _tell_preview(previewed)
        if dry_run:
            return

        async def publish(session: Session) -> Any:
            return await replace_track(session, _edit(office, program_id, tag), track, listed)

        edited: DefinitionEdited = await office.db.run(publish)
        typer.echo(f"Version {edited.published.version}.")

    work(do)


async def _preview(
    office: Office, program_id: UUID, track: str, stages: list[Listed]
) -> tuple[Preview, str]:
    """What it would do, and the tag of the definition that this was judged by."""
    async with office.snapshot() as session:
        rules = await programs.rules_of(session, program_id)
        edit = _edit(office, program_id, etag(rules.definition), dry_run=True)
        found = await replace_track(session, edit, track, stages)
    assert isinstance(found, Preview)
    return found, etag(rules.definition)


def _edit(office: Office, program_id: UUID, tag: str, *, dry_run: bool = False) -> Edit:
    return Edit(program_id, AUTHOR, AUTHOR, office.now, tag, preview, dry_run=dry_run)


def _read(file: Path, mapping: Path) -> StageList:
    try:
        fields = mapping_of(mapping.read_bytes())
        with file.open("rb") as stream:
            return read_stages(iter(lambda: stream.read(PIECE), b""), fields)
    except StagesRefused as error:
        raise Refused(str(error)) from error


def _listed(one: FileStage) -> Listed:
    return Listed(one.name, one.amount, one.discount_percent, one.products, one.move_to_next)


def _tell_stages(found: StageList) -> None:
    for place, one in enumerate(found.stages, 1):
        products = f", {len(one.products)} products" if one.products else ""
        stays = "" if one.move_to_next else ", moves no further"
        typer.echo(
            f"{place}. {one.name}: from {one.amount}, {one.discount_percent} %{products}{stays}"
        )
    typer.echo(f"Regular discounts, left out: {found.regular}.")


def _tell_preview(found: Preview) -> None:
    for line in _moves(found):
        typer.echo(line)
    for warning in found.warnings:
        typer.echo(f"Warning: {warning.detail}")


def _moves(found: Preview) -> Iterator[str]:
    for ladder in found.ladders:
        for move in ladder["moves"]:
            held, then = _level(move["from"]), _level(move["to"])
            yield f"{ladder['ladder']}: {held} → {then}: {move['count']}"


def _level(said: Any) -> str:
    return "none" if said is None else said if isinstance(said, str) else json.dumps(said)
