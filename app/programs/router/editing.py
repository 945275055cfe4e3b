"""What the routes that edit a definition read and answer alike."""

from dataclasses import replace
from typing import Annotated, Any, TypeVar

from fastapi import Depends, Query, Request, Response
from pydantic import BaseModel

from app.access.guard import CanConfigure, Now
from app.access.tags import IfMatch
from app.kit.errors import AppError, RequestInvalid, problems
from app.kit.etags import PreconditionFailed, PreconditionRequired, etag
from app.kit.schemas import FlagParam
from app.programs.edit import Apply, Edit, Existing
from app.programs.errors import DefinitionRefused
from app.programs.examples import example
from app.programs.schemas import Preview

Edited = TypeVar("Edited", bound=BaseModel)
Responses = dict[int | str, dict[str, Any]]

ApplyParam = Annotated[
    Apply | None,
    Query(description="When members are checked; default: after the program's quiet period."),
]
ExistingParam = Annotated[
    Existing,
    Query(description="keep: a floor for every member that this edit alone would lower."),
]
DryRun = Annotated[FlagParam, Query(description="Preview only; nothing is written.")]


async def adding(
    request: Request,
    caller: CanConfigure,
    now: Now,
    apply: ApplyParam = None,
    existing: ExistingParam = "may_fall",
    *,
    dry_run: DryRun = False,
) -> Edit:
    """An edit that adds, so there is nothing yet to match."""
    return Edit(
        program_id=caller.program_id,
        author=caller.author,
        request_id=caller.request_id,
        now=now,
        if_match=None,
        preview=getattr(request.app.state, "preview", None),
        apply=apply,
        existing=existing,
        dry_run=dry_run,
    )


Adding = Annotated[Edit, Depends(adding)]


async def editing(edit: Adding, if_match: IfMatch = None) -> Edit:
    """An edit of something that is there."""
    return replace(edit, if_match=if_match)


Editing = Annotated[Edit, Depends(editing)]


def edited(response: Response, answer: Edited) -> Edited:
    """The answer of an edit, under the ETag of what it is now; of a preview without one."""
    if isinstance(answer, Preview):
        response.status_code = 200
    else:
        response.headers["ETag"] = etag(answer.model_dump(exclude={"published"}))
    return answer


def shows(value: Any, *errors: type[AppError], status: int = 200) -> Responses:
    """What a route declares: an example of its answer, and its errors."""
    content = {"application/json": {"example": example(value)}}
    return {status: {"content": content}, **problems(*errors)}


def shows_adding(value: Any, *errors: type[AppError]) -> Responses:
    """The same for an edit that adds; its preview is a 200."""
    responses = shows(value, *errors, DefinitionRefused, RequestInvalid, status=201)
    return {**responses, 200: {"model": Preview, "description": "What a dry run saw"}}


def shows_edit(value: Any, *errors: type[AppError], status: int = 200) -> Responses:
    """The same for an edit of something that is there."""
    common = (PreconditionRequired, PreconditionFailed, DefinitionRefused, RequestInvalid)
    return shows(value, *common, *errors, status=status)
