"""django-rfmizer 0.2 beside the service: its own environment, its own database, our orders.

It pins a driver that has no build for this Python, so what it needs is named here instead.
"""

import asyncio
import json
import subprocess
import sys
from pathlib import Path

from sqlalchemy import make_url

NEEDS = (
    *("django-rfmizer==0.2", "django==3.2.25", "asgiref==3.4.1", "pytz==2020.1"),
    *("sqlparse==0.4.1", "django-multiselectfield==0.1.12", "django-phonenumber-field==5.0.0"),
    *("phonenumbers==8.12.10", "django-uuslug==1.2.0", "python-slugify==4.0.1"),
    *("text-unidecode==1.3", "six==1.15.0", "psycopg2-binary==2.9.9"),
)
SCRIPT = Path(__file__).parent / "rfmizer_side.py"
MOST_SECONDS, PATIENCE = 40, 400
SUMS = """
SELECT row_number() OVER (ORDER BY member_id) AS number, max(day) AS last_day,
       sum(spend)::bigint / 100 AS spend, sum(orders)::integer AS orders
  FROM day_totals
 WHERE program_id = $1
 GROUP BY member_id
"""


class DoesNotRun(Exception):
    """With what it said itself."""


async def measured(place, town):
    """`persons_a_second` when all move, and `orders`: earlier orders → milliseconds of one."""
    folder = place.folder / "rfmizer"
    python = folder / "bin" / "python"
    await _run(sys.executable, "-m", "venv", folder)
    await _run(python, *("-m", "pip", "install", "-q", "--no-deps", "--no-input", *NEEDS))
    url, _ = await place.database("rfmizer")
    rows = await town.ask(SUMS, town.crowd.program_id)
    persons = place.folder / "persons.json"
    persons.write_text(json.dumps([[n, str(day), *more] for n, day, *more in rows]), "utf-8")
    return json.loads(await _run(python, "-P", SCRIPT, _server(url), persons, MOST_SECONDS))


def _server(url):
    """As Django names the parts of an address."""
    parts = make_url(url)
    host = parts.query.get("host") or parts.host or ""
    said = {"NAME": parts.database, "USER": parts.username, "PASSWORD": parts.password or ""}
    port = parts.query.get("port") or parts.port or ""
    return json.dumps(said | {"HOST": host, "PORT": str(port)})


async def _run(*command):
    process = await asyncio.create_subprocess_exec(
        *map(str, command), stdout=subprocess.PIPE, stderr=subprocess.PIPE
    )
    try:
        async with asyncio.timeout(PATIENCE):
            told, failed = await process.communicate()
    except TimeoutError:
        process.kill()
        await process.wait()
        message = f"nothing within {PATIENCE} s"
        raise DoesNotRun(message) from None
    if process.returncode:
        raise DoesNotRun(failed.decode(errors="replace").strip().rpartition("\n")[2])
    return told.decode()
