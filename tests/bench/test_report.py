"""The figures of the benchmark are judged as page 6 says."""

import pytest

from tests.bench.chart import draw
from tests.bench.gate import gate
from tests.bench.published import BEGIN, write_readme
from tests.bench.report import Found, last_line

RATIO = Found("B3", 3.0, "s", 2.0, goal=2.0)
RATE = Found("B1", 60.0, "1/s", 100.0, goal=0.5, more=True)
MISSED = Found("B6", 2.0, "s", 1.0, goal=1.3)
PLAIN = Found("B2", 12.5, "ms")


def test_a_line_says_value_base_ratio_and_goal():
    assert RATIO.line(quiet=True) == "bench B3: value=3 s base=2 ratio=1.5 goal=<=2 met"
    assert RATE.line(quiet=True) == "bench B1: value=60 1/s base=100 ratio=0.6 goal=>=0.5 met"
    assert PLAIN.line(quiet=True) == "bench B2: value=12.5 ms base=- ratio=- goal=- measured"


def test_a_busy_machine_meets_no_goal_but_misses_them():
    assert RATIO.verdict(quiet=False) == "measured"
    assert MISSED.verdict(quiet=False) == "missed"


def test_the_last_line_counts_goals():
    found = [RATIO, RATE, MISSED, PLAIN]

    told = last_line(found, "ok", quiet=True)

    assert told == "bench: goals=3 met=2 missed=1 measured=1 gate=ok"


@pytest.mark.parametrize(
    ("stored", "verdict"),
    [(1.5, "ok"), (1.15, "warn"), (1.0, "fail")],
    ids=["as before", "a fifth worse", "a third worse"],
)
def test_the_gate_compares_ratios_with_the_stored_ones(stored, verdict):
    assert gate([RATIO, PLAIN], "ci", stored=ratios(B3=stored)) == verdict


def test_the_gate_knows_that_more_is_better_of_rates():
    assert gate([RATE], "ci", stored=ratios(B1=0.9)) == "fail"
    assert gate([RATE], "ci", stored=ratios(B1=0.3)) == "ok"
    assert gate([RATE], "full", stored=ratios(B1=0.9)) == "ok"


def test_the_gate_compares_plain_figures_on_the_same_machine_alone():
    stored = {"ci": {"machines": {"here": {"B2": 5.0}}}}

    assert gate([PLAIN], "ci", "here", stored) == "fail"
    assert gate([PLAIN], "ci", "there", stored) == "ok"
    assert gate([PLAIN], "ci", None, stored) == "ok"


def test_the_readme_is_written_between_the_markers_again_and_again(tmp_path):
    readme = tmp_path / "README.md"
    readme.write_text("# It\n\n## License\n\nFree.\n", "utf-8")

    write_readme([RATIO], "Then.", quiet=True, readme=readme)
    write_readme([RATE], "Now.", quiet=True, readme=readme)

    text = readme.read_text("utf-8")
    assert text.count(BEGIN) == 1
    assert "Then." not in text
    assert "Now.\n\n| benchmark" in text
    assert "| B1 | 60 1/s | 100 | 0.6 | ≥ 0.5 | met |" in text
    assert text.endswith("\n## License\n\nFree.\n")


def test_the_chart_puts_ten_times_as_many_ten_times_as_far():
    told = draw({"flat": {10_000: 0.1, 100_000: 0.1, 1_000_000: 0.1}, "all": {10_000: 1.0}})

    assert 'points="80.0,360.0 305.0,360.0 530.0,360.0"' in told
    assert all(word in told for word in (">10k<", ">1M<", ">0.1 s<", ">1 s<", ">customers<"))


def ratios(**stored):
    return {"ci": {"ratios": stored}}
