"""The unit of work of a route: nobody is told of what is not committed."""

import httpx2 as httpx
from fastapi import FastAPI
from sqlalchemy import text

from app.kit.db import Transaction

UNIQUE_AT_LAST = (
    "CREATE TEMP TABLE told (number integer UNIQUE DEFERRABLE INITIALLY DEFERRED) ON COMMIT DROP"
)


async def test_a_commit_that_fails_is_no_success(web_db):
    app = FastAPI()
    app.state.db = web_db

    @app.post("/twice")
    async def twice(session: Transaction) -> None:
        connection = await session.connection()
        await connection.execute(text(UNIQUE_AT_LAST))
        await connection.execute(text("INSERT INTO told VALUES (1), (1)"))

    transport = httpx.ASGITransport(app, raise_app_exceptions=False)
    async with httpx.AsyncClient(transport=transport, base_url="http://tiers") as client:
        answer = await client.post("/twice")

    assert answer.status_code == 500
