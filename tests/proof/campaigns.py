"""Every campaign by its name."""

from tests.proof import any_order, model_in_process, model_over_http
from tests.proof.campaign import Run

CAMPAIGNS: dict[str, Run] = {
    "model-in-process": model_in_process.run,
    "model-over-http": model_over_http.run,
    "any-order": any_order.run,
}
