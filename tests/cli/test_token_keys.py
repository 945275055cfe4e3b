"""`tiers keys rotate-token-key`: status tokens are signed by a new key."""

from sqlalchemy import text


async def kids(db):
    async with db.engine.connect() as connection:
        found = await connection.execute(
            text("SELECT kid FROM token_keys ORDER BY created_at DESC")
        )
        return list(found.scalars())


async def test_a_rotation_keeps_the_old_key_published_and_a_leak_does_not(tiers, db):
    first = tiers("keys", "rotate-token-key")
    second = tiers("keys", "rotate-token-key")

    assert (first.returncode, second.returncode) == (0, 0), first.stderr + second.stderr
    assert (await kids(db))[:2] == [second.stdout.strip(), first.stdout.strip()]

    third = tiers("keys", "rotate-token-key", "--forget")

    assert third.returncode == 0, third.stderr
    assert await kids(db) == [third.stdout.strip()]
