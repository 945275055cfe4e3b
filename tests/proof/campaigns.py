"""Every campaign by its name."""

from tests.proof import model_in_process
from tests.proof.campaign import Run

CAMPAIGNS: dict[str, Run] = {
    "model-in-process": model_in_process.run,
}
