"""The campaigns that kill, stop and crowd, at their smallest size; blind they find the defect."""

import pytest

from tests.proof.campaigns import CAMPAIGNS

SMALL = ["crash-app", "crash-postgres", "same-member", "receiver"]
LONGER = [
    "database-away",
    "scheduler",
    "abuse",
    "erase",
    "pool",
    "restore",
    "upgrade",
    "schemathesis",
    "held-load",
    "programs-apart",
]
ALWAYS = [*SMALL, *(pytest.param(name, marks=pytest.mark.proof) for name in LONGER)]


@pytest.mark.parametrize("name", ALWAYS)
def test_a_campaign_finds_nothing(name):
    result = CAMPAIGNS[name]("smoke", 0, blind=False)

    assert result.failures == []


@pytest.mark.proof
@pytest.mark.parametrize("name", [*SMALL, *LONGER])
def test_a_campaign_finds_the_defect_that_is_planted(name):
    result = CAMPAIGNS[name]("smoke", 0, blind=True)

    assert result.failures
