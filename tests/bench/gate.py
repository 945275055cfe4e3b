"""How the figures of a run stand to the stored ones: ratios anywhere, others on one machine.

The file is moved by a commit that says why: `python -m tests.bench --keep-baseline`.
"""

import json
from pathlib import Path

BASELINE = Path(__file__).parent / "baseline.json"
FAIL, WARN = 0.7, 0.8


def gate(found, size, machine=None, stored=None):
    """The worst of all figures: fail below 70 % of the stored one, warn below 80 %.

    Without a machine, which is one that was quiet at the start, ratios alone are compared.
    """
    worst = min((share for _, share in shares(found, size, machine, stored)), default=1.0)
    return "fail" if worst < FAIL else "warn" if worst < WARN else "ok"


def shares(found, size, machine=None, stored=None):
    """Name and share of each figure that is stored: how good it is, where the stored one is 1."""
    kept = (read() if stored is None else stored).get(size, {})
    ratios, values = kept.get("ratios", {}), kept.get("machines", {}).get(machine, {})
    for one in found:
        before = values.get(one.name) if one.ratio is None else ratios.get(one.name)
        if before and one.judged:
            yield one.name, one.judged / before if one.more else before / one.judged


def keep(found, size, machine):
    """Stores what was found beside what other sizes and machines found."""
    stored = read()
    kept = stored.setdefault(size, {})
    ratios = {one.name: _short(one.ratio) for one in found if one.ratio is not None}
    values = {one.name: _short(one.value) for one in found if one.ratio is None}
    kept.setdefault("ratios", {}).update(ratios)
    kept.setdefault("machines", {}).setdefault(machine, {}).update(values)
    BASELINE.write_text(json.dumps(stored, indent=2, sort_keys=True) + "\n", "utf-8")


def read():
    return json.loads(BASELINE.read_text("utf-8")) if BASELINE.exists() else {}


def _short(number):
    return float(f"{number:.4g}")
