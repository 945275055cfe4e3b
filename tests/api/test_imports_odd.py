"""Files that no good program writes: never a failure of ours, never more than they are worth."""

import gzip
import io
import random
import zipfile

import openpyxl
import pytest

from tests.api.facts import snapshot
from tests.api.filing import errors, lines, send, table, taken, workbook
from tests.api.town import opened

MEBIBYTE = 1_048_576
PAID = "2026-11-20T10:00:00Z"
HEAD = ("id", "status", "customer_id", "currency", "total", "paid_at")
GOOD = ("o-1", "paid", "c-1", "EUR", "10.00", PAID)


@pytest.fixture
async def town(database_url):
    async with opened(database_url) as made:
        yield made


def packed(**parts):
    file = io.BytesIO()
    with zipfile.ZipFile(file, "w", zipfile.ZIP_DEFLATED) as archive:
        for name, content in parts.items():
            archive.writestr(name.replace("__", "/") + ".xml", content)
    return file.getvalue()


def altered(book, name, change):
    """An XLSX file with one part changed."""
    file = io.BytesIO()
    with zipfile.ZipFile(io.BytesIO(book)) as old, zipfile.ZipFile(file, "w") as new:
        for part in old.namelist():
            content = old.read(part)
            new.writestr(part, change(content) if part.endswith(name) else content)
    return file.getvalue()


def with_document_type(content):
    declared = b'<!DOCTYPE worksheet [<!ENTITY a "aaaaaaaaaa">]>'
    head, end, rest = content.partition(b"?>")
    return head + end + declared + rest if end else declared + head


BOOK = workbook(HEAD, GOOD)
UNREADABLE = {
    "empty table": ("csv", b"\n", "The columns must be some of"),
    "wrong columns": ("csv", table(("id", "colour"), ("1", "red")), "The columns must be some of"),
    "no id": ("csv", table(HEAD[1:], GOOD[1:]), "The columns must be some of"),
    "twice the same column": ("csv", table(("id", "id")), "The columns must be some of"),
    "bytes of no text": ("csv", table(HEAD, GOOD) + b"\xff\xfe", "It cannot be read on"),
    "cut archive": ("csv", gzip.compress(table(HEAD, *[GOOD] * 9))[:-9], "It cannot be read on"),
    "garbage in gzip": ("csv", b"\x1f\x8bgarbage", "It cannot be read on"),
    "bomb in gzip": (
        "csv",
        gzip.compress(table(HEAD) + bytes(64 * MEBIBYTE)),
        "more than 100 times its size",
    ),
    "a workbook as a table": ("csv", BOOK, "an archive or an XLSX"),
    "a workbook as lines": ("ndjson", BOOK, "an archive or an XLSX"),
    "a table as a workbook": ("xlsx", table(HEAD, GOOD), "no XLSX"),
    "old Excel": ("xlsx", b"\xd0\xcf\x11\xe0" + bytes(600), "the old Excel format"),
    "an archive": ("xlsx", packed(a="<a/>"), "cannot be read as XLSX"),
    "a cut workbook": ("xlsx", BOOK[:-99], "cannot be read as XLSX"),
    "an empty workbook": ("xlsx", workbook(), "The columns must be some of"),
    "a bomb of a workbook": ("xlsx", packed(xl__a=bytes(64 * MEBIBYTE)), "more than 100 times"),
    "many parts": ("xlsx", packed(**{f"n{n}": "" for n in range(101)}), "too many parts"),
    "entities": ("xlsx", altered(BOOK, "sheet1.xml", with_document_type), "A document type"),
    "a book that is none": (
        "xlsx",
        altered(BOOK, "workbook.xml", lambda _: b"<a/>"),
        "must be some of",
    ),
}


@pytest.mark.parametrize("name", UNREADABLE)
async def test_a_file_that_cannot_be_read_fails_and_says_why(town, name):
    form, content, why = UNREADABLE[name]

    said = await taken(town, "orders", content, format=form)

    assert said["state"] == "failed"
    assert why in said["error"]
    assert await town.rows("SELECT 1 FROM import_chunks WHERE program_id = :program_id") == []


@pytest.mark.parametrize(
    ("form", "content"),
    [("csv", table(HEAD)), ("ndjson", b"\n\r\n  \n"), ("xlsx", workbook(HEAD)), ("xlsx", BOOK)],
)
async def test_a_file_of_nothing_is_taken_in(town, form, content):
    said = await taken(town, "orders", content, format=form)

    assert (said["state"], said["rows_done"]) == ("finished", 1 if content == BOOK else 0)


async def test_what_is_read_before_a_file_ends_early_stays_and_is_decided_about(town):
    told = [
        snapshot(f"o-{n}", f"e-{n}", customer_id=f"c-{n}", total="600.00") for n in range(2_100)
    ]
    rest = random.Random(1).randbytes(200_000)
    content = gzip.compress(lines(*told) + rest)[:-100_000]

    said = await taken(town, "orders", content)

    assert said["state"] == "failed"
    assert "It cannot be read on" in said["error"]
    assert said["outcomes"]["accepted"] == 2_000
    assert said["moves"]["up"] == 4_000


async def test_a_bad_cell_costs_its_row_alone(town):
    rows = [
        GOOD,
        ("o-2", "paid", "c-1", "EUR", "1" * MEBIBYTE, PAID),
        ("o-3", "paid", "c\0-1", "EUR", "10.00", PAID),
        ("o-4", "paid", "c-1", "EUR", "10.00"),
        ("", "", "", "", "", ""),
        ("o-6", "paid", "c-1", "EUR", "10.00", PAID),
    ]

    said = await taken(town, "orders", table(HEAD, *rows), format="csv")

    assert said["outcomes"] == {"accepted": 2, "refused": 3}
    found = [(one["line"], one["column"], one["reason"]) for one in await errors(town, said)]
    assert found == [
        (3, None, "not_parsable"), (4, "customer_id", "not_valid"), (5, None, "not_parsable"),
    ]  # fmt: skip


async def test_line_ends_of_every_system_may_stand_in_one_file(town):
    one, two, three, four = (table((f"o-{n}", *GOOD[1:])).rstrip(b"\n") for n in range(4))
    content = (
        table(HEAD).rstrip(b"\n") + b"\r\n" + one + b"\r" + two + b"\n" + three + b"\r\n" + four
    )

    said = await taken(town, "orders", content, format="csv")

    assert said["outcomes"] == {"accepted": 4}


async def test_formulas_come_in_as_what_they_show_or_as_text(town):
    book = openpyxl.Workbook()
    book.active.append(HEAD)
    book.active.append(("=1+1", "paid", "c-1", "EUR", "10.00", PAID))
    book.active.append(("'=1+1", "paid", "c-1", "EUR", "10.00", PAID))
    file = io.BytesIO()
    book.save(file)

    said = await taken(town, "orders", file.getvalue(), format="xlsx")

    assert said["outcomes"] == {"accepted": 1, "refused": 1}  # a formula that was never computed
    [stored] = await town.rows("SELECT order_id FROM orders WHERE program_id = :program_id")
    assert stored["order_id"] == "=1+1"


async def test_numbers_that_a_spreadsheet_cannot_keep_are_refused(town):
    rows = [
        HEAD, (1234567890123456789, *GOOD[1:]), (17, *GOOD[1:4], 0.1 + 0.2, PAID),
    ]  # fmt: skip

    said = await taken(town, "orders", workbook(*rows), format="xlsx")

    assert said["outcomes"] == {"accepted": 1, "refused": 1}
    [refused] = await errors(town, said)
    assert (refused["line"], refused["reason"]) == (2, "not_parsable")
    [stored] = await town.rows("SELECT counted_amount FROM orders WHERE program_id = :program_id")
    assert stored["counted_amount"] == 30


async def test_rows_and_columns_without_end_are_not_followed(town):
    far = b'<row r="99999999999"><c r="A99999999999"><v>1</v></c></row></sheetData>'
    book = altered(BOOK, "sheet1.xml", lambda said: said.replace(b"</sheetData>", far))
    wide = altered(BOOK, "sheet1.xml", lambda said: said.replace(b'r="F2"', b'r="XFD2"'))

    said = await taken(town, "orders", book, format="xlsx")
    other = await taken(town, "orders", wide, format="xlsx")

    assert said["outcomes"] == {"accepted": 1}
    assert other["state"] == "finished"


@pytest.mark.parametrize("form", ["csv", "ndjson", "xlsx"])
async def test_bytes_by_chance_never_break_anything(town, form):
    chance = random.Random(form)
    good = {"csv": table(HEAD, GOOD), "ndjson": lines(snapshot()), "xlsx": BOOK}[form]

    for _ in range(25):
        content = bytearray(good)
        for _ in range(chance.randrange(1, 8)):
            content[chance.randrange(len(content))] = chance.randrange(256)
        said = await taken(town, "orders", bytes(content[: chance.randrange(1, len(content) + 1)]),
                           format=form)  # fmt: skip
        assert said["state"] in {"finished", "failed"}
        assert said["error"] != "It failed again and again; the log says why."


async def test_a_file_over_the_limit_is_refused(town):
    answer = await send(town, "orders", b"", headers={"Content-Length": str(101 * MEBIBYTE)})

    assert (answer.status_code, answer.json()["code"]) == (413, "body_too_large")
