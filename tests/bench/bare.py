"""Plain SQL beside the service: one order in one transaction, and one statement a night.

The transaction keeps an event and its order, adds to the day, sums the window and sets the level.
"""

import asyncio
import re
import subprocess

from app.kit.postgres.binaries import find
from tests.bench.crowd import BRONZE, GOLD, LAST_DAY, SILVER, WINDOW

LEVELS = f"ARRAY[{BRONZE}, {SILVER}, {GOLD}]::bigint[]"
TOTALS = """
CREATE TABLE bare_customers AS
  SELECT row_number() OVER (ORDER BY member_id)::integer AS customer, member_id, 0 AS place
    FROM members;
ALTER TABLE bare_customers ADD PRIMARY KEY (customer);
CREATE TABLE bare_days AS
  SELECT customer, day, spend FROM day_totals JOIN bare_customers USING (member_id);
ALTER TABLE bare_days ADD PRIMARY KEY (customer, day);
"""
ORDERS = """
CREATE TABLE bare_inbox (event bigint PRIMARY KEY, customer integer NOT NULL, amount bigint);
CREATE TABLE bare_orders (number bigint PRIMARY KEY, customer integer NOT NULL, day date NOT NULL,
                          amount bigint NOT NULL);
"""
EVENTS = """
CREATE TABLE bare_events (customer integer NOT NULL, day date NOT NULL, before integer NOT NULL,
                          after integer NOT NULL);
"""
ONE_ORDER = f"""
\\set customer random(1, :customers)
\\set amount random(1000, 30000)
\\set event random(1, 9000000000000000000)
BEGIN;
INSERT INTO bare_inbox VALUES (:event, :customer, :amount) ON CONFLICT DO NOTHING;
INSERT INTO bare_orders VALUES (:event, :customer, '{LAST_DAY}', :amount) ON CONFLICT DO NOTHING;
INSERT INTO bare_days AS d VALUES (:customer, '{LAST_DAY}', :amount)
    ON CONFLICT (customer, day) DO UPDATE SET spend = d.spend + EXCLUDED.spend;
UPDATE bare_customers
   SET place = (SELECT width_bucket(sum(spend)::bigint, {LEVELS}) FROM bare_days
                 WHERE customer = :customer
                   AND day BETWEEN date '{LAST_DAY}' - {WINDOW} AND '{LAST_DAY}')
 WHERE customer = :customer;
COMMIT;
"""
NIGHT = """
WITH earned AS (
  SELECT c.customer, c.place AS before,
         coalesce(width_bucket(d.spend::bigint, $3::bigint[]), 0) AS after
    FROM bare_customers c
    LEFT JOIN (SELECT customer, sum(spend) AS spend FROM bare_days
                WHERE day BETWEEN $1 AND $2 GROUP BY customer) d USING (customer)
), moved AS (
  UPDATE bare_customers c SET place = e.after
    FROM earned e
   WHERE e.customer = c.customer AND e.before <> e.after
  RETURNING e.customer, e.before, e.after
)
INSERT INTO bare_events SELECT customer, $2, before, after FROM moved
"""
TABLES = ("bare_events", "bare_orders", "bare_inbox", "bare_days", "bare_customers")
RATE = re.compile(rb"tps = ([\d.]+)")


async def begin(connection, *more):
    """The tables, filled from the rows of the service."""
    await end(connection)
    for statements in (TOTALS, *more):
        await connection.execute(statements)
    await connection.execute("VACUUM ANALYZE bare_customers, bare_days")


async def end(connection):
    await connection.execute(f"DROP TABLE IF EXISTS {', '.join(TABLES)}")


async def orders_a_second(place, town, clients):
    """What pgbench finds of the transaction, each client as fast as it can."""
    script = place.folder / "one_order.sql"
    script.write_text(ONE_ORDER, "utf-8")
    process = await asyncio.create_subprocess_exec(
        *(str(find(None).folder / "pgbench"), "--no-vacuum", "--protocol=prepared"),
        *(f"--client={clients}", f"--jobs={min(clients, 2)}", f"--time={place.size.seconds}"),
        *(f"--define=customers={town.crowd.members}", f"--file={script}", town.dsn),
        stdout=subprocess.PIPE,
    )
    told, _ = await process.communicate()
    assert process.returncode == 0
    return float(RATE.search(told).group(1))
