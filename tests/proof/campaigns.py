"""Every campaign by its name."""

from tests.proof import (
    abuse,
    access,
    any_order,
    calendars,
    calibrate,
    crash_app,
    crash_postgres,
    database_away,
    erase,
    hostile_values,
    model_in_process,
    model_over_http,
    mutants,
    pool,
    receiver,
    same_member,
    scheduler,
    ssrf,
)
from tests.proof.campaign import Run

CAMPAIGNS: dict[str, Run] = {
    "model-in-process": model_in_process.run,
    "model-over-http": model_over_http.run,
    "any-order": any_order.run,
    "same-member": same_member.run,
    "crash-app": crash_app.run,
    "crash-postgres": crash_postgres.run,
    "database-away": database_away.run,
    "scheduler": scheduler.run,
    "receiver": receiver.run,
    "pool": pool.run,
    "calendar": calendars.run,
    "hostile-values": hostile_values.run,
    "access": access.run,
    "ssrf": ssrf.run,
    "abuse": abuse.run,
    "calibrate": calibrate.run,
    "erase": erase.run,
    "mutants": mutants.run,
}
