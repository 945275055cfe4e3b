"""Alert rules, dashboard and runbook hold together, and name only what /metrics tells."""

import json
import re
from pathlib import Path

import pytest
import yaml
from prometheus_client import REGISTRY

import app.main
import app.worker  # noqa: F401 - so that every metric is registered
from app.cli import COMMANDS

ROOT = Path(__file__).parents[2]
FILES = ROOT / "app" / "kit" / "operations"
RUNBOOK = (ROOT / "RUNBOOK.md").read_text("utf-8")
RULES = yaml.safe_load((FILES / "alerts.yaml").read_text("utf-8"))["groups"][0]["rules"]
DASHBOARD = json.loads((FILES / "dashboard.json").read_text("utf-8"))
PARTS = ("Users see", "Look", "Do", "Over when")
BY_HAND = [
    *("A leaked key", "Erase a person", "Backup", "Restore", "Upgrade and rollback"),
    *("Loss of a replica", "A customer says the tier is wrong"),
]
ELSEWHERE = {"node_filesystem_avail_bytes", "node_filesystem_size_bytes"}
NAME = re.compile(r"\b(?:tiers|node|http|db|process|up)_\w+")
SELECTED = re.compile(r"(tiers_\w+)\{([^}]*)\}")
EXPRESSIONS = [one["expr"] for one in RULES] + [
    target["expr"] for panel in DASHBOARD["panels"] for target in panel["targets"]
]


def series():
    """Every name that a query may use, with its labels."""
    found = {}
    for collector in list(REGISTRY._collector_to_names):  # noqa: SLF001 - has no public twin
        labels = set(getattr(collector, "_labelnames", ()))
        for metric in collector.describe() if hasattr(collector, "describe") else ():
            ends = {"counter": ("_total",), "histogram": ("_bucket", "_sum", "_count")}
            for end in ends.get(metric.type, ("",)):
                found[metric.name + end] = labels | ({"le"} if end == "_bucket" else set())
    return found


PROMISED = """
http_requests_total{route,method,status} http_request_seconds{route} http_in_flight
facts_total{source,outcome} fact_delay_seconds{source} ingest_batch_size ingest_commit_seconds
quarantine_size quarantine_oldest_seconds unconverted_orders moves_total{ladder,direction,occasion}
members{ladder,level} checks_total{occasion,state} check_seconds check_members_remaining
check_last_success_timestamp_seconds feed_unnumbered feed_oldest_seconds relay_term
deliveries_total{state} delivery_seconds delivery_oldest_seconds endpoints_disabled
address_refused_total auth_failures_total{reason} rate_limited_total db_pool_in_use
db_pool_wait_seconds db_errors_total{class} db_retries_total{sqlstate}
db_longest_transaction_seconds clock_offset_seconds audit_violations{code}
audit_members_proved_ratio audit_last_success_timestamp_seconds startup_warnings build_info
"""


@pytest.mark.parametrize("promised", PROMISED.split())
def test_every_figure_of_page_6_is_there_with_its_labels(promised):
    name, _, labels = promised.rstrip("}").partition("{")
    known = series()

    found = known.get(f"tiers_{name}", known.get(f"tiers_{name}_count"))
    assert found is not None
    assert set(filter(None, labels.split(","))) <= found


@pytest.mark.parametrize("expression", EXPRESSIONS)
def test_a_query_names_only_what_is_there(expression):
    known = series()
    named = set(NAME.findall(expression))

    assert named
    assert named - ELSEWHERE <= set(known)
    for name, chosen in SELECTED.findall(expression):
        assert set(re.findall(r"(\w+)\s*[=!]", chosen)) <= known[name]
    for grouped in re.findall(r"by \(([^)]*)\)", expression):
        wanted = set(grouped.replace(" ", "").split(",")) - {"instance", "mountpoint"}
        assert wanted <= set().union(*(known[one] for one in named - ELSEWHERE), set())
    assert expression.count("(") == expression.count(")")


def test_every_metric_is_on_the_dashboard_or_in_an_alert():
    watched = " ".join(EXPRESSIONS)
    ours = {one for one in series() if one.startswith("tiers_")}
    unseen = {re.sub("_(bucket|sum|count|total)$", "", one) for one in ours} - {
        re.sub("_(bucket|sum|count|total)$", "", one) for one in NAME.findall(watched)
    }

    assert unseen <= {"tiers_build_info", "tiers_deliveries_ignored"}


@pytest.mark.parametrize("rule", RULES, ids=[one["alert"] for one in RULES])
def test_every_alert_has_its_entry_in_the_runbook(rule):
    entry = RUNBOOK.partition(f"\n### {rule['alert']}\n")[2].partition("\n### ")[0]

    assert rule["labels"]["severity"] in {"page", "ticket"}
    assert rule["annotations"]["summary"]
    assert [f"**{part}**" in entry for part in PARTS] == [True] * len(PARTS)


def test_the_runbook_has_no_entry_of_an_alert_that_is_gone():
    alerts, by_hand = RUNBOOK.partition("\n## Alerts\n")[2].split("\n## By hand\n")

    assert re.findall("^### (.+)$", alerts, re.MULTILINE) == [one["alert"] for one in RULES]
    assert re.findall("^### (.+)$", by_hand, re.MULTILINE) == BY_HAND


def test_the_runbook_names_only_routes_and_links_that_are_there():
    document = json.loads((ROOT / "openapi" / "openapi.json").read_text("utf-8"))
    paths = {plain(path): item for path, item in document["paths"].items()}
    anchors = {one.lower().replace(" ", "-") for one in re.findall("### (.+)", RUNBOOK)}

    for method, path in re.findall(r"`(GET|POST|PUT|PATCH|DELETE) (/v1/[^`?]*)", RUNBOOK):
        assert method.lower() in paths[plain(path)], path
    for command in re.findall(r"`tiers ([a-z]+)", RUNBOOK):
        assert command in COMMANDS
    assert set(re.findall(r"\]\(#([^)]+)\)", RUNBOOK)) <= anchors
    for file in re.findall(r"\]\((app/[^)]+)\)", RUNBOOK):
        assert (ROOT / file).is_file()


def plain(path):
    return re.sub(r"\{[^}]*\}", "{}", path)


def test_panels_have_their_places():
    places = [tuple(panel["gridPos"].values()) for panel in DASHBOARD["panels"]]

    assert len(set(places)) == len(places)
    assert len({panel["id"] for panel in DASHBOARD["panels"]}) == len(places)
