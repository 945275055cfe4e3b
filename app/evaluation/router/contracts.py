"""Contracts: what organizations have told of them, and the same questions as of other members."""

from typing import Annotated, Any

from fastapi import APIRouter, Depends, Response

from app.access.guard import CanConfigure, CanOperate, CanRead, Now, ReadsDefinition, ReadsOperation
from app.access.idempotent import Idempotent
from app.customers.errors import ContractNotFound, MemberRedacted, OrganizationNotFound
from app.evaluation import answers, contracting, listing, overrides, pointing, quoting
from app.evaluation.contracting import Names
from app.evaluation.errors import LadderNotFound
from app.evaluation.explain import explanation
from app.evaluation.router.answers import OneLadder, Stages
from app.evaluation.router.asking import AtDesk, ContractId, OrganizationId
from app.evaluation.router.explanation import Asking
from app.evaluation.router.people import STATUS, made
from app.evaluation.schemas.answers import BenefitsOut, ProgressOut, TierOut
from app.evaluation.schemas.contracts import ContractIn, ContractOut, ContractTiers
from app.evaluation.schemas.explanation import Explanation
from app.evaluation.schemas.overrides import OverrideIn, OverrideOut
from app.evaluation.schemas.quoting import QuoteIn, QuoteOut
from app.kit.db import Snapshot, Transaction
from app.kit.errors import RequestInvalid, StrictRoute, problems
from app.kit.pages import DEFAULT_LIMIT, After, Limit, Page
from app.outbound.schemas import ChangeOut
from app.points.errors import InsufficientPoints
from app.points.schemas import PointsEntryOut, PointsIn

CONTRACTS = "/v1/organizations/{organization_id}/contracts"
listed = APIRouter(prefix=CONTRACTS, tags=["contracts"], route_class=StrictRoute)
router = APIRouter(
    prefix=f"{CONTRACTS}/{{contract_id}}", tags=["contracts"], route_class=StrictRoute
)

NO_CONTRACT = problems(ContractNotFound, RequestInvalid)
NO_LADDER = problems(ContractNotFound, LadderNotFound, RequestInvalid)


async def names(organization_id: OrganizationId, contract_id: ContractId) -> Names:
    return Names(organization_id, contract_id)


Contract = Annotated[Names, Depends(names)]


@listed.get("", responses=problems(OrganizationNotFound, RequestInvalid))
async def contracts(
    organization_id: OrganizationId,
    caller: ReadsDefinition,
    session: Snapshot,
    after: After | None = None,
    limit: Limit = DEFAULT_LIMIT,
) -> Page[ContractOut]:
    """The contracts of an organization that are members of their own, or were, by id."""
    return await contracting.contracts_of(session, caller, organization_id, after, limit)


@router.put("", responses=made(ContractOut) | problems(MemberRedacted, RequestInvalid))
async def put_contract(
    contract: Contract,
    said: ContractIn,
    caller: CanConfigure,
    session: Transaction,
    now: Now,
    response: Response,
) -> ContractOut:
    """Let a contract be a member of its own, with levels and overrides of its own.

    Orders that name it beside its organization count for it from its first day on, and not for
    the organization. What is left out stays.
    """
    put = await contracting.put(session, caller, contract, said, now)
    response.status_code = STATUS[put.is_new]
    return put.answer


@router.delete("", status_code=204, responses=problems(ContractNotFound))
async def end_contract(
    contract: Contract, caller: CanConfigure, session: Transaction, now: Now
) -> None:
    """Today is the last day on which the contract is a member of its own."""
    await contracting.end(session, caller, contract, now)


@router.get("", response_model=ContractTiers, responses=NO_CONTRACT)
async def contract(contract: Contract, desk: AtDesk) -> Any:
    """What a shop needs to know of a contract, at once."""
    found = await contracting.contract(desk.session, desk.caller, contract, desk.now)
    return desk.answered(found)


@router.get("/tier", response_model=TierOut | None, responses=NO_CONTRACT)
async def tier_of_contract(contract: Contract, desk: AtDesk) -> Any:
    """The tier that a contract holds; null if none."""
    return desk.answered((await answers.holding(*desk.contract(*contract))).tier)


@router.get("/stages", response_model=Stages, responses=NO_CONTRACT)
async def stages_of_contract(contract: Contract, desk: AtDesk) -> Any:
    """The loyalty stages that a contract holds, by track."""
    return desk.answered((await answers.holding(*desk.contract(*contract))).stages)


@router.get("/benefits", response_model=BenefitsOut, responses=NO_CONTRACT)
async def benefits_of_contract(contract: Contract, desk: AtDesk) -> Any:
    """What the levels that a contract holds give together."""
    return desk.answered(await answers.benefits(*desk.contract(*contract)))


@router.get("/progress", response_model=ProgressOut, responses=NO_LADDER)
async def progress_of_contract(contract: Contract, desk: AtDesk, ladder: OneLadder = None) -> Any:
    """What is next and what keeps the level held; of the tiers, or of the ladder named."""
    return desk.answered(await answers.progress(*desk.contract(*contract), ladder))


@router.get("/explanation", response_model=Explanation, responses=NO_LADDER)
async def explanation_of_contract(contract: Contract, desk: AtDesk, asking: Asking) -> Any:
    """Why a contract holds what it holds: every order, sum, criterion, and the row."""
    return desk.answered(await explanation(*desk.contract(*contract), asking))


@router.post("/quote", responses=NO_CONTRACT)
async def quote_for_contract(
    contract: Contract, cart: QuoteIn, caller: CanRead, session: Snapshot, now: Now
) -> QuoteOut:
    """What a cart of up to 500 lines costs under a contract now. It changes nothing."""
    who = contract.who(caller.program_id)
    return await quoting.quote(session, caller, who, cart.lines, now)


@router.post(
    "/overrides",
    status_code=201,
    dependencies=[Idempotent],
    responses=problems(ContractNotFound, MemberRedacted, RequestInvalid),
)
async def set_of_contract(
    contract: Contract, said: OverrideIn, caller: CanOperate, session: Transaction, now: Now
) -> OverrideOut:
    """Decide by hand about a contract: bind a class to it."""
    who = contract.who(caller.program_id)
    return await overrides.set_override(session, caller, who, said, now)


@router.get("/overrides", responses=NO_CONTRACT)
async def overrides_of_contract(
    contract: Contract,
    caller: ReadsOperation,
    session: Snapshot,
    after: After | None = None,
    limit: Limit = DEFAULT_LIMIT,
) -> Page[OverrideOut]:
    """What was ever decided by hand about a contract, the newest first."""
    who = contract.who(caller.program_id)
    return await overrides.overrides_of(session, caller, who, after, limit)


@router.get("/changes", responses=NO_CONTRACT)
async def changes_of_contract(
    contract: Contract,
    caller: CanRead,
    session: Snapshot,
    after: After | None = None,
    limit: Limit = DEFAULT_LIMIT,
) -> Page[ChangeOut]:
    """Every move and notice of a contract, the newest first."""
    who = contract.who(caller.program_id)
    return await listing.changes(session, caller, who, after, limit)


@router.get("/points", responses=NO_CONTRACT)
async def points_of_contract(
    contract: Contract,
    caller: ReadsOperation,
    session: Snapshot,
    now: Now,
    after: After | None = None,
    limit: Limit = DEFAULT_LIMIT,
) -> Page[PointsEntryOut]:
    """The points of a contract, line by line, the newest first."""
    who = contract.who(caller.program_id)
    return await pointing.ledger(session, caller, who, (after, limit), now)


@router.post(
    "/points",
    status_code=201,
    dependencies=[Idempotent],
    responses=problems(ContractNotFound, MemberRedacted, InsufficientPoints, RequestInvalid),
)
async def write_of_contract(
    contract: Contract, said: PointsIn, caller: CanOperate, session: Transaction, now: Now
) -> PointsEntryOut:
    """Adjust the points of a contract by hand, or redeem some."""
    who = contract.who(caller.program_id)
    return await pointing.write(session, caller, who, said, now)
