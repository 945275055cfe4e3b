"""Orders of a shop whose raw statuses are mapped, and edits of the map."""

from datetime import timedelta

from pydantic import TypeAdapter

from app.checks import audit
from app.inbound.pipeline import Pipeline
from app.inbound.reading import fact_of
from app.inbound.schemas.events import OrderEventIn
from app.kit import loops
from app.orders import service as orders
from app.orders.jobs import RemapJob
from tests.jobs import world
from tests.jobs.world import NOON, TODAY

EVENT = TypeAdapter(OrderEventIn)
MAP = {"processing": "paid", "completed": "closed", "on-hold": "pending"}
COUNTS = (
    "SELECT external_id, counted_amount, excluded_because, map_revision FROM orders"
    " JOIN members USING (member_id) WHERE orders.program_id = :id ORDER BY order_id"
)


async def shop(db):
    """A sandbox with silver from 100.00, and a shop whose orders are mapped."""
    found = await world.program(db, world.definition(silver="100.00"), sandbox_day=TODAY)
    await edit(db, found, MAP)
    return found


async def edit(db, program_id, words, source="shop"):
    await db.run(lambda session: orders.set_status_map(session, program_id, source, words, NOON))


async def tell(db, program_id, name, raw, *, hours=0, words=None, event_id=None, **more):
    """A state of the only order of a customer, as an adapter reads it by a map."""
    at = (NOON + timedelta(hours=hours)).isoformat()
    order = {"id": name, "customer_id": name, "currency": "EUR", "total": "150.00", "placed_at": at}
    event = {
        "event_id": event_id or f"{name}-{raw}-{hours}",
        "type": "order.snapshot",
        "occurred_at": at,
        "source": "shop",
        "order": {**order, "status": (words or MAP)[raw], **more},
    }
    fact = fact_of(program_id, EVENT.validate_python(event), NOON, raw)
    [outcome] = await Pipeline(db).take(program_id, [fact], NOON, together=True)
    return outcome.word


async def remap(db, clock):
    """Do all that is left; how many units there were."""
    units = 0
    while await loops.step(db, clock, RemapJob()):
        units += 1
    return units


async def proved(db, clock, program_id):
    report = await audit.audit(db, clock, program_id)
    wrong = {code: number for code, number in report.violations.items() if number}
    return report.share, wrong, list(report.mismatches)
