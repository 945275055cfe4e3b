"""What a run leaves for readers: a table in the README, and the figures in a file."""

import json
from pathlib import Path

from tests.bench.chart import PICTURE, draw
from tests.bench.report import said

ROOT = Path(__file__).parents[2]
README = ROOT / "README.md"
BEGIN, END = "<!-- bench: begin -->", "<!-- bench: end -->"
BEFORE = "\n## License\n"
HEAD = "| benchmark | value | base | ratio | goal | |\n| --- | --- | --- | --- | --- | --- |"


def write_readme(found, told, *, quiet, readme=README):
    """Replaces the table between the markers; where there are none it goes before the license."""
    text = readme.read_text("utf-8")
    table = f"{BEGIN}\n{told}\n\n{_table(found, quiet=quiet)}{_picture()}\n{END}"
    before, begin, rest = text.partition(BEGIN)
    if begin:
        text = f"{before}{table}{rest.partition(END)[2]}"
    else:
        text = text.replace(BEFORE, f"\n### By `make bench`\n\n{table}\n{BEFORE}", 1)
    readme.write_text(text, "utf-8")


def write_chart(points):
    PICTURE.write_text(draw(points), "utf-8")


def write_figures(file, found, told, *, quiet):
    kept = [one.kept() | {"verdict": one.verdict(quiet=quiet)} for one in found]
    file.write_text(json.dumps({"about": told, "found": kept}, indent=2) + "\n", "utf-8")


def _table(found, *, quiet):
    rows = (
        f"| {one.name} | {said(one.value)} {one.unit} | {said(one.base)} | {said(one.ratio)}"
        f" | {_aim(one)} | {one.verdict(quiet=quiet)} |"
        for one in found
    )
    return "\n".join((HEAD, *rows))


def _aim(one):
    return one.aim.replace(">=", "≥ ").replace("<=", "≤ ")


def _picture():
    if not PICTURE.exists():
        return ""
    return f"\n\n![Seconds of a check by the number of customers]({PICTURE.relative_to(ROOT)})"
