"""The one way by which a definition becomes the next version."""

from collections.abc import Callable
from typing import TypeVar

from app.access.errors import ProgramNotFound
from app.kit.clock import local_date
from app.kit.db import Session, once_committed
from app.kit.logs import NOTICE, log
from app.programs import repository, service
from app.programs.checking import faults
from app.programs.compiling import ladders_of, removed_after
from app.programs.definition import Definition
from app.programs.edit import Edit
from app.programs.errors import DefinitionRefused, FactsRecorded, PreviewUnavailable
from app.programs.lint import warnings
from app.programs.models import NewVersion, ProgramRow
from app.programs.owing import Rewritten, Wanted, owed
from app.programs.schemas import Preview, Published
from app.programs.service import Compiled

Edited = TypeVar("Edited")


async def edit_definition(
    session: Session,
    edit: Edit,
    change: Callable[[Definition], Definition],
    shown: Callable[[Definition, Definition, Published], Edited],
) -> Edited | Preview:
    """Publish what `change` makes of the definition, or preview it.

    `change` sees the definition under the program's lock; a preview locks nobody out. `shown`
    makes the answer of what was, what is, and what was published. Raises what `change` raises,
    DefinitionRefused with every fault at once, and FactsRecorded.
    """
    if edit.dry_run:
        return await preview_definition(session, edit, change)
    program = await repository.lock_program(session, edit.program_id)
    if program is None:
        raise ProgramNotFound
    current = await service.compiled(session, program.id, program.version)
    proposed = change(current.definition)
    await _check(session, program, current.definition, proposed)
    published = await _publish(session, edit, program, current, proposed)
    return shown(current.definition, proposed, published)


async def preview_definition(
    session: Session, edit: Edit, change: Callable[[Definition], Definition]
) -> Preview:
    """What publishing what `change` makes of the definition would do. Writes nothing.

    Raises what `change` raises, DefinitionRefused, FactsRecorded and PreviewUnavailable.
    """
    program = await repository.program(session, edit.program_id)
    if program is None:
        raise ProgramNotFound
    current = await service.compiled(session, program.id, program.version)
    proposed = change(current.definition)
    await _check(session, program, current.definition, proposed)
    if edit.preview is None:
        raise PreviewUnavailable
    found = await edit.preview(session, edit.program_id, proposed, None, edit.now)
    return Preview.model_validate({"warnings": warnings(proposed), **found})


async def _check(
    session: Session, program: ProgramRow, current: Definition, proposed: Definition
) -> None:
    if found := faults(proposed):
        raise DefinitionRefused(found)
    before, after = current.settings, proposed.settings
    fixed = (before.currency, before.time_zone) == (after.currency, after.time_zone)
    if not fixed and await repository.has_facts(session, program.id):
        raise FactsRecorded


async def _publish(
    session: Session, edit: Edit, program: ProgramRow, current: Compiled, proposed: Definition
) -> Published:
    said = warnings(proposed)
    if proposed == current.definition:
        return Published(version=program.version, warnings=said, check_due_at=None)
    removed = removed_after(current.definition, current.removed, proposed)
    ladders = ladders_of(proposed, removed)
    rewritten = Rewritten(current.definition, proposed, current.ladders, ladders)
    new = NewVersion(
        program_id=program.id,
        version=program.version + 1,
        definition=proposed.model_dump(mode="json"),
        removed=removed,
        counting=program.counting + rewritten.counts_anew,
        author=edit.author,
        request_id=edit.request_id,
        note=edit.note,
        at=edit.now,
    )
    recheck, due = owed(program, rewritten, Wanted(edit.apply, edit.existing), edit.now)
    on = program.sandbox_day or local_date(edit.now, proposed.settings.time_zone)
    await repository.insert_version(session, new)
    told = {"program": new.program_id, "version": new.version, "request_id": new.request_id}
    once_committed(session, lambda: log("definition_published", NOTICE, **told))
    await repository.move_program(session, new, recheck)
    await repository.insert_changes(session, new, _events(rewritten), on)
    return Published(version=new.version, warnings=said, check_due_at=due)


def _events(rewritten: Rewritten) -> list[str]:
    switched = {"program.enabled": rewritten.enables, "program.disabled": rewritten.disables}
    return ["program.published", *(name for name, switches in switched.items() if switches)]
