"""A program with many members, set-based: two years of days, three levels, positions that fit."""

from datetime import UTC, date, datetime, timedelta
from typing import NamedTuple
from uuid import UUID

import asyncpg

from app.access import service as access
from app.access.caller import Scope
from app.access.service import NewKey
from app.kit.ids import computed_id
from app.programs import managing, publishing
from app.programs import service as programs
from app.programs.definition import Definition
from app.programs.edit import Edit
from app.programs.schemas import ProgramIn

LAST_DAY = date(2026, 10, 31)
FIRST_CHECK = LAST_DAY - timedelta(20)
NOW = datetime(2026, 10, 31, 12, tzinfo=UTC)
DAYS, WINDOW, PER_MEMBER = 730, 365, 10
STRATUM = DAYS // PER_MEMBER
QUIET = 9
"""Days behind the last one for which every size has the same few candidates."""

BRONZE, SILVER, GOLD = 40_000, 120_000, 125_000
KNOWN = "CREATE TEMP TABLE known (number integer, member_id uuid, external_id text)"
DAY_TOTALS = """
INSERT INTO day_totals (member_id, day, program_id, spend, orders, largest, points)
SELECT member_id, CASE WHEN day BETWEEN $2::date AND $3::date THEN begin + 10 + noise % 50
                       ELSE day END,
       $1, spend, 1 + noise % 3, spend / (1 + noise % 3), spend / 100
  FROM (SELECT member_id, begin, begin + abs(hashtext(seed || 'day')) % $5::integer AS day,
               1000 + abs(hashtext(seed || 'spend')) % 30000 AS spend,
               abs(hashtext(seed || 'orders')) AS noise
          FROM known, generate_series(0, $6::integer - 1) AS nth,
               LATERAL (SELECT external_id || '/' || nth, $4::date + nth * $5::integer)
                 AS one (seed, begin)) AS drawn
 ORDER BY 2, 1
"""
KEY = "SELECT pg_get_constraintdef(oid) FROM pg_constraint WHERE conname = 'day_totals_pkey'"
POSITIONS = """
INSERT INTO positions (member_id, ladder, program_id, position, level_key, since_on, state,
                       change_seq)
SELECT member_id, 'tiers', $1, place, ('{bronze,silver,gold}'::text[])[place], $3, 'held', 1
  FROM (SELECT member_id, width_bucket(sum(spend)::bigint, $4::bigint[]) AS place
          FROM day_totals
         WHERE program_id = $1 AND day BETWEEN $2 AND $3
         GROUP BY member_id) AS earned
 WHERE place > 0
 ORDER BY member_id
"""
CHANGES = """
INSERT INTO changes (member_id, seq, program_id, type, ladder, to_level, from_position,
                     to_position, direction, occasion, reason, version, as_of, recorded_at, metrics)
SELECT member_id, 1, program_id, 'tier.assigned', ladder, level_key, 0, position, 'up', 'check',
       'qualified', 2, since_on, $2, '[]'
  FROM positions
 WHERE program_id = $1
 ORDER BY member_id
"""
MEMBERS = """
INSERT INTO members (member_id, program_id, kind, external_id, known_on, version, counting,
                     change_seq, decided, created_at)
SELECT k.member_id, $1, 'customer', k.external_id, $2, 1, 1, coalesce(p.change_seq, 0), true, $3
  FROM known k
  LEFT JOIN positions p ON p.member_id = k.member_id
 ORDER BY k.number
"""
ORDERS = """
INSERT INTO orders (member_id, order_key, program_id, source, order_id, customer_id, version,
                    state, history, refunds, currency, counted_on, counted_amount, multiplier)
SELECT d.member_id, md5(k.external_id || d.day)::uuid, $1, 'past', k.external_id || '/' || d.day,
       d.member_id, lpad('0', 20, '0'), '{"status": "paid", "discount": "1.50"}', '[]', '{}',
       'EUR', d.day, d.spend, 1
  FROM known k
  JOIN day_totals d ON d.member_id = k.member_id
 WHERE k.number % $2::integer = 0
 ORDER BY d.member_id, d.day
"""
CHECKED = """
UPDATE programs
   SET checked_on = $2, overrides_on = $2, recheck_at = NULL, recheck_occasion = NULL
 WHERE id = $1
"""


class Crowd(NamedTuple):
    """`key` has all scopes; customers are called c-0, c-1 and so on."""

    program_id: UUID
    key: str
    members: int


async def make_program(db, key, definition):
    """A sandbox program with this definition, some days before the last of the data."""
    given = ProgramIn.model_validate(
        {"key": key, "name": key, "currency": "EUR", "sandbox": True, "today": str(FIRST_CHECK)}
    )

    async def make(session):
        await managing.make_program(session, given, "bench", "bench", NOW)
        program_id = await programs.program_id_of(session, key)
        made = await access.mint(session, NewKey(program_id, Scope, "bench"), NOW)
        return program_id, made.key

    program_id, text = await db.run(make)
    await publish(db, program_id, definition)
    return program_id, text


async def publish(db, program_id, definition):
    """The next version; the check that it asks for is left to the caller."""
    edit = Edit(program_id, "bench", "bench", NOW, None, None)

    async def work(session):
        await publishing.edit_definition(
            session, edit, lambda _: Definition.of(definition), lambda *_: None
        )

    await db.run(work)


def tiers(gold=GOLD):
    """Three levels over 365 days."""
    levels = {"bronze": BRONZE, "silver": SILVER, "gold": gold}
    return {
        "settings": {"currency": "EUR", "debounce_seconds": 0},
        "tiers": [
            {
                "key": key,
                "name": key.title(),
                "criteria": [{"metric": "spend", "at_least": f"{least / 100:.2f}"}],
            }
            for key, least in levels.items()
        ],
    }


async def make_crowd(db, dsn, key, members, ordering=None):
    """So many members with ten days each; every index analyzed, every page seen.

    One in `ordering` of them has an order for each of these days, with a discount; None: nobody.
    """
    program_id, text = await make_program(db, key, tiers())
    quiet = [LAST_DAY - timedelta(WINDOW), LAST_DAY - timedelta(WINDOW - QUIET + 1)]
    first = LAST_DAY - timedelta(DAYS - 1)
    connection = await asyncpg.connect(dsn)
    try:
        await connection.execute("SET work_mem = '256MB'")
        await connection.execute("SET maintenance_work_mem = '512MB'")
        await _name(connection, program_id, members)
        drawn = (program_id, *quiet, first, STRATUM, PER_MEMBER)
        await _add_days(connection, drawn)
        begin, levels = FIRST_CHECK - timedelta(WINDOW), [BRONZE, SILVER, GOLD]
        await connection.execute(POSITIONS, program_id, begin, FIRST_CHECK, levels)
        await connection.execute(CHANGES, program_id, NOW)
        await connection.execute(MEMBERS, program_id, begin, NOW)
        if ordering:
            await connection.execute(ORDERS, program_id, ordering)
        await connection.execute(CHECKED, program_id, FIRST_CHECK)
        await connection.execute("VACUUM ANALYZE")
    finally:
        await connection.close()
    return Crowd(program_id, text, members)


async def _add_days(connection, drawn):
    """The key is built when the rows are there, as a restore does it: in a third of the time."""
    key = await connection.fetchval(KEY)
    await connection.execute("ALTER TABLE day_totals DROP CONSTRAINT day_totals_pkey")
    await connection.execute(DAY_TOTALS, *drawn)
    await connection.execute(f"ALTER TABLE day_totals ADD CONSTRAINT day_totals_pkey {key}")


async def _name(connection, program_id, number):
    """The customers, kept aside until what they hold is known."""
    names = ((one, f"c-{one}") for one in range(number))
    known = ((one, computed_id(program_id, "customer", name), name) for one, name in names)
    await connection.execute(KNOWN)
    await connection.copy_records_to_table("known", records=known)
    await connection.execute("ANALYZE known")
