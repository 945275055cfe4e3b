"""Files as merchants send them, and the worker that takes them in."""

import csv
import io
import json
from contextlib import suppress

import openpyxl

from app.inbound.imports.job import ImportJob
from app.kit.loops import step


def lines(*events):
    return "".join(f"{json.dumps(one)}\n" for one in events).encode()


def table(*rows, delimiter=",", encoding="utf-8"):
    file = io.StringIO()
    csv.writer(file, delimiter=delimiter, lineterminator="\n").writerows(rows)
    return file.getvalue().encode(encoding)


def workbook(*rows):
    book = openpyxl.Workbook()
    for row in rows:
        book.active.append(row)
    file = io.BytesIO()
    book.save(file)
    return file.getvalue()


async def send(town, kind, content, **params):
    """The answer to a file that is sent; NDJSON unless said otherwise."""
    headers = params.pop("headers", {})
    params.setdefault("format", "ndjson")
    query = {name: value for name, value in params.items() if value is not None}
    return await town.api.post(
        "/v1/imports", params={"kind": kind, **query}, content=content, headers=headers
    )


async def work(town, job=None, steps=10_000):
    """Let a worker of its own do what there is, whatever fails."""
    job = job or ImportJob(town.db, "a worker")
    for _ in range(steps):
        busy = True
        with suppress(Exception):
            busy = await step(town.db, town.clock, job, leased=True)
        if not busy:
            return


async def taken(town, kind, content, **params):
    """The import of a file, as it is shown when it has ended."""
    answer = await send(town, kind, content, **params)
    assert answer.status_code == 202, answer.text
    await work(town)
    return await shown(town, answer.json()["id"])


async def shown(town, import_id):
    return (await town.api.get(f"/v1/imports/{import_id}")).json()


async def errors(town, said, what="errors"):
    """The findings of an import, over all pages."""
    found, after = [], ""
    while after is not None:
        where = f"/v1/imports/{said['id']}/{what}?limit=250{after and f'&after={after}'}"
        page = (await town.api.get(where)).json()
        found += page["items"]
        after = page["next"]
    return found
