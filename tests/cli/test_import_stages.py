"""Loyalty stages from a file, by the command: previewed, published, refused."""

import json

import pytest

MAPPING = {
    "row": "Discount",
    "name": "Name",
    "percent": "Percent",
    "amount": "Amount",
    "loyalty": "Loyalty",
}


def discount(name, amount, percent, loyalty=1):
    return (
        f"<Discount><Name>{name}</Name><Percent>{percent}</Percent><Amount>{amount}</Amount>"
        f"<Loyalty>{loyalty}</Loyalty></Discount>\n"
    )


@pytest.fixture
def files(tmp_path):
    def write(*discounts, mapping=MAPPING):
        (tmp_path / "mapping.json").write_text(json.dumps(mapping), "utf-8")
        path = tmp_path / "discounts.xml"
        path.write_text(f"<a>\n{''.join(discounts)}</a>", "utf-8")
        return path, tmp_path / "mapping.json"

    return write


@pytest.fixture
def import_stages(tiers, program):
    def run(file, mapping, *more):
        return tiers("import", "stages", file, "--mapping", mapping, "-p", program, *more)

    return run


@pytest.fixture
def versions(rows):
    async def ask():
        found = await rows("SELECT version, definition FROM program_versions WHERE PROGRAM")
        return {one["version"]: one["definition"]["loyalty_stages"] for one in found}

    return ask


async def test_stages_are_previewed_and_published_as_one_version(files, import_stages, versions):
    said = files(discount("Stage 2", "500", "7.5"), discount("Stage 1", "100", "5"),
                 discount("Sale", "0", "10", 0))  # fmt: skip

    tried = import_stages(*said, "--dry-run")
    before = await versions()
    done = import_stages(*said)
    again = import_stages(*said)

    assert tried.returncode == 0, tried.stderr
    assert tried.stdout.splitlines()[:3] == [
        "1. Stage 1: from 100, 5 %",
        "2. Stage 2: from 500, 7.5 %",
        "Regular discounts, left out: 1.",
    ]
    assert list(before) == [1]
    assert done.stdout.startswith(tried.stdout), "the preview comes first"
    assert done.stdout.splitlines()[-1] == again.stdout.splitlines()[-1] == "Version 2."
    stages = (await versions())[2]
    assert [(one["key"], one["amount"], one["discount_percent"]) for one in stages] == [
        ("stage-1", "100.00", "5.00"),
        ("stage-2", "500.00", "7.50"),
    ]


async def test_nothing_is_published_of_a_file_with_a_fault(files, import_stages, versions):
    flag = import_stages(*files(discount("A", "1", "5"), discount("B", "2", "5", 2)))
    equal = import_stages(*files(discount("A", "1", "5"), discount("B", "1.00", "5")))
    mapping = import_stages(*files(mapping={"row": "Discount"}))
    precise = import_stages(*files(discount("A", "1.005", "5")))

    assert [one.returncode for one in (flag, equal, mapping, precise)] == [1, 1, 1, 1]
    assert "line 3: the loyalty flag must be 1" in flag.stderr
    assert equal.stderr == "the same amount: A (line 2) and B (line 3)\n"
    assert "mapping, name: " in mapping.stderr
    assert "amount" in precise.stderr
    assert list(await versions()) == [1]
