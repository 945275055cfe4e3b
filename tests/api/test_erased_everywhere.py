"""I46: after an erase the id is in no column of any table. Page 6, "Erase"."""

import base64
import json
from datetime import UTC, datetime, timedelta
from urllib.parse import quote
from uuid import uuid4

import pytest
from sqlalchemy.dialects import postgresql

from app.checks.audit import audit
from app.models import metadata
from app.outbound.erasing import NAMED_FOR, NoticeJob
from tests.api.town import TODAY, opened

YESTERDAY = TODAY - timedelta(1)
POSTGRES = postgresql.dialect()
AT = datetime(2026, 11, 22, 12, tzinfo=UTC)
ZERO, LAST = "00000000-0000-0000-0000-000000000000", "ffffffff-ffff-ffff-ffff-ffffffffffff"
DULL = {
    "UUID": uuid4, "TEXT": lambda: "", "DATE": lambda: TODAY, "INTEGER": lambda: 0,
    "BIGINT": lambda: 0, "BYTEA": lambda: b"", "TIMESTAMP WITH TIME ZONE": lambda: AT,
    "JSONB": lambda: "{}", "BOOLEAN": lambda: False, "TEXT[]": list, "NUMERIC": lambda: 0,
}  # fmt: skip
MEMBER_COLUMNS = {
    "changes.member_id", "check_slices.after_member", "check_slices.through_member",
    "day_totals.member_id", "deliveries.member_id", "event_refs.member_id",
    "import_findings.holder_id", "import_findings.member_id", "imports.decided_through",
    "members.member_id", "members.merged_into", "messages.member_id", "order_events.member_id",
    "order_refs.member_id", "orders.customer_id", "orders.member_id", "orders.organization_id",
    "overrides.member_id", "points_entries.customer_id", "points_entries.member_id",
    "positions.member_id", "push_looks.member_id", "push_sweeps.after_member", "pushes.member_id",
    "representations.member_id", "representations.organization_id",
}  # fmt: skip
HELD = {one.partition(".")[0] for one in MEMBER_COLUMNS} | {
    "attempts",
    "checks",
    "idempotency_keys",
}
NUMBER = """
UPDATE changes c SET feed_seq = n.number
  FROM (SELECT member_id, seq, feed_seq,
               row_number() OVER (ORDER BY feed_seq, recorded_at, member_id, seq) AS number
          FROM changes WHERE program_id = :program_id) AS n
 WHERE c.member_id = n.member_id AND c.seq = n.seq AND c.feed_seq IS NULL"""
NAMES = ("member", "customer_id", "organization_id", "holder_id", "decided_through", "merged_into")
OF_ORGANIZATIONS = {"contracts.member_id", "contracts.organization_id"}


async def plant(town, table, **values):
    """A row with dull values where none are given."""
    columns = metadata.tables[table].columns
    wanted = [one for one in columns if one.name in values or _needed(one)]
    row = {one.name: values.get(one.name, _dull(one)) for one in wanted}
    if "program_id" in columns:
        row["program_id"] = town.program_id
    binds = ", ".join(f"CAST(:{name} AS {_type(columns[name])})" for name in row)
    await town.rows(f"INSERT INTO {table} ({', '.join(row)}) VALUES ({binds})", **row)


def _needed(column):
    return not column.nullable and column.server_default is None


def _dull(column):
    return DULL[_type(column)]()


def _type(column):
    return column.type.compile(POSTGRES)


async def found(town, *needles):
    """Table → how many of its rows of any program hold one of these texts."""
    hits = {}
    for table in metadata.tables:
        rows = await town.rows(f"SELECT CAST(to_jsonb(t) AS text) AS said FROM {table} t")
        if number := sum(any(one in row["said"] for one in needles) for row in rows):
            hits[table] = number
    return hits


def needles(town, kind, external_id):
    """How an id may be written down: as it is, in bytes, as our computed one."""
    written = [external_id.encode(), external_id.encode("windows-1251")]
    member = town.member(kind, external_id)
    texts = {external_id, json.dumps(external_id)[1:-1], quote(external_id), str(member)}
    texts |= {one.hex() for one in written} | {base64.b64encode(one).decode() for one in written}
    return texts | {member.hex}


async def live(town, who):
    """What a customer leaves by what it does: of each kind something."""
    path = quote(who, safe="")
    await town.put(f"customers/{path}", tags=["vip"], joined_on="2025-01-31")
    await town.order(who, "600.00", on=YESTERDAY)
    await town.order(who, "40.00", on=YESTERDAY, refunds=[{"id": "r", "amount": "1.00"}])
    await town.order(f"{who}-former", "10.00")
    await town.happen("customer.merged", kept_id=who, removed_id=f"{who}-former")
    await town.order(who, "6.00", on=YESTERDAY, id="moved")
    await town.order("c-2", "5.00", id="moved")
    said = {"mode": "floor", "level": "gold", "reason": f"Agreed with {who}"}
    headers = {"Idempotency-Key": uuid4().hex}
    set_ = await town.api.post(f"/v1/customers/{path}/overrides", json=said, headers=headers)
    assert set_.status_code == 201, set_.text
    await town.happen("customer.linked", id=who, organization_id="o-1")
    await town.order(who, "20.00")


async def leave(town, who):
    """What lies about of a customer in the work of others."""
    member, check, target = town.member("customer", who), uuid4(), uuid4()
    finding = {"line": 1, "word": "refused", "reason": "not_valid"}
    await plant(town, "import_findings", **finding, import_id=uuid4(), member_id=member)
    await plant(town, "import_findings", **finding, import_id=uuid4(), event_id=f"of {who}")
    await plant(town, "imports", id=uuid4(), kind="orders", state="deciding",
                decided_through=member, claims=0)  # fmt: skip
    result = json.dumps({"mismatches": [{"member": str(member)}]})
    await plant(town, "checks", id=check, state="finished", occasion="audit", result=result)
    for number, (after, through) in enumerate([(ZERO, member), (member, LAST)]):
        cut = {"after_member": after, "through_member": through}
        await plant(town, "check_slices", check_id=check, slice=number, state="done", **cut)
    await plant(town, "push_targets", id=target, platform="shopify", per_second=1, version=1)
    await plant(town, "pushes", target_id=target, member_id=member, state="pending")
    await plant(town, "push_looks", target_id=target, member_id=member)
    await plant(town, "push_sweeps", target_id=target, key="k", occasion="nightly",
                after_member=member)  # fmt: skip
    for number, raw in enumerate(
        [f'{{"customer_id": "{who}"}}'.encode(), json.dumps([who]).encode(),
         f"<Ид>{who}</Ид>".encode("windows-1251")],
    ):  # fmt: skip
        await unread(town, f"unread-{number}", raw)
    await unread(town, f"by {who}", b"{}")
    await unread(town, "another", f'{{"customer_id": "{who}0", "id": "x{who}"}}'.encode())


async def unread(town, event_id, raw):
    key = uuid4()
    await plant(town, "order_events", member_id=key, event_key=key, event_id=event_id, raw=raw,
                outcome="quarantined", reason="unmapped_status")  # fmt: skip


async def told(town):
    """The feed is numbered and told to an endpoint, which answers with what it got."""
    endpoint = uuid4()
    await plant(town, "endpoints", id=endpoint, format="standard", since_feed_seq=0)
    await number(town)
    changes = await town.rows(
        "SELECT c.*, m.external_id FROM changes c JOIN members m USING (member_id)"
        " WHERE c.program_id = :program_id"
    )
    for one in changes:
        said = json.dumps({"id": one["external_id"]}, ensure_ascii=False)
        same = {"member_id": one["member_id"], "feed_seq": one["feed_seq"]}
        await plant(town, "messages", **same, data=said.encode(), timestamp="t", type=one["type"])
        await plant(town, "deliveries", **same, endpoint_id=endpoint, state="delivered")
        answer = {"endpoint_id": endpoint, "feed_seq": one["feed_seq"], "answer": said}
        await plant(town, "attempts", **answer, number=1)


async def number(town):
    await town.rows(NUMBER)


def test_every_column_that_may_hold_a_member_is_known_here():
    """A new one: say above that it was thought of, and plant into it."""
    named = {
        f"{table}.{column.name}"
        for table, found in metadata.tables.items()
        for column in found.columns
        if column.name in NAMES or column.name.endswith("_member") or column.name == "member_id"
    }

    assert named - OF_ORGANIZATIONS - MEMBER_COLUMNS == set()


@pytest.mark.parametrize("who", ["sentinel-17", "Жук-17"])
async def test_the_id_of_an_erased_customer_is_in_no_table(database_url, who):
    async with opened(database_url) as town:
        await live(town, who)
        await told(town)
        await leave(town, who)
        every = needles(town, "customer", who) | needles(town, "customer", f"{who}-former")
        before = await found(town, *every)
        spend = await town.rows(
            "SELECT day, sum(spend), sum(orders) FROM day_totals"
            " WHERE program_id = :program_id GROUP BY day"
        )

        answer = await town.api.delete(f"/v1/customers/{quote(who, safe='')}")

        assert answer.status_code == 204, answer.text
        left = await found(town, *every)
        assert before.keys() >= HELD, HELD - before.keys()
        assert left == {"changes": 2, "order_events": 1}  # the notices, and "another"
        assert spend == await town.rows(
            "SELECT day, sum(spend), sum(orders) FROM day_totals"
            " WHERE program_id = :program_id GROUP BY day"
        )
        report = await audit(town.db, town.clock, town.program_id)
        assert dict(report.violations) == dict.fromkeys(report.violations, 0)
        assert report.share == "1.000000"
        await told_everybody(town)
        assert await found(town, *every) == {"order_events": 1}
        for path in ("changes", "members", "orders", "inbound-events", "imports"):
            assert who not in (await town.api.get(f"/v1/{path}?limit=200")).text


async def test_the_id_of_an_erased_organization_is_in_no_table(database_url):
    async with opened(database_url) as town:
        await town.put("organizations/sentinel-o", parent_id="o-1")
        await town.put("organizations/sentinel-o", parent_id=None)
        await town.put("organizations/sentinel-o/contracts/k-1")
        await town.put("organizations/sentinel-o/representatives/c-1")
        await town.order("c-1", "600.00", organization_id="sentinel-o")
        await town.order("c-1", "70.00", organization_id="sentinel-o", contract_id="k-1")
        await town.order("c-1", "5.00")
        await told(town)
        every = needles(town, "organization", "sentinel-o")
        every |= needles(town, "contract", "sentinel-o/k-1")
        before = await found(town, *every)
        assert before.keys() >= {"contracts", "members", "orders", "day_totals", "representations"}

        answer = await town.api.delete("/v1/organizations/sentinel-o")

        assert answer.status_code == 204, answer.text
        assert await found(town, *every) == {"changes": 2}
        assert sum((await town.spend("customer", "c-1")).values()) == 500
        report = await audit(town.db, town.clock, town.program_id)
        assert report.is_clean, report


async def told_everybody(town):
    """The notices have their numbers, and a week has passed."""
    await number(town)
    assert await _claimed(town, NAMED_FOR / 2) == []
    async with town.db.transaction() as session:
        await NoticeJob().work(session, await _claimed(town, NAMED_FOR * 1.1))


async def _claimed(town, later):
    async with town.db.transaction() as session:
        found = await NoticeJob().claim(session, town.clock.now() + later)
    return [one for one in found or () if one.program_id == town.program_id]
