"""The faults by which the suite is calibrated still fit the tree."""

from pathlib import Path

import pytest

from tests.proof.faults import faults

ROOT = Path(__file__).parents[2]
FAULTS = faults()
LEAST = 24


def test_there_are_enough_and_each_has_a_name_of_its_own():
    assert len({one.name for one in FAULTS}) == len(FAULTS) >= LEAST


@pytest.mark.parametrize("fault", FAULTS, ids=[one.name for one in FAULTS])
def test_each_still_applies_and_can_be_read(fault):
    broken = fault.broken((ROOT / fault.file).read_text("utf-8"))

    assert broken != (ROOT / fault.file).read_text("utf-8")
    if fault.file.endswith(".py"):
        compile(broken, fault.file, "exec")


@pytest.mark.parametrize("fault", FAULTS, ids=[one.name for one in FAULTS])
def test_whoever_shall_see_it_is_there(fault):
    assert [one for one in fault.tests if not (ROOT / one).is_file()] == []
