"""Identifiers: computed ids, random ids, and the shape of an API key."""

import re
import secrets
import zlib
from functools import lru_cache
from hashlib import sha1, sha256
from typing import NamedTuple, cast
from uuid import UUID

from asyncpg.pgproto import pgproto

NAMESPACE = UUID("6f1d7c5e-0e0b-5d0c-9a3e-7f2d1b8c4a60")
ALPHABET = "0123456789ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz"
API_KEY = re.compile(r"tk_live_([0-9A-Za-z]{12})_([0-9A-Za-z]{43})([0-9A-Za-z]{6})", re.ASCII)


class ApiKeyText(NamedTuple):
    """An API key in clear: shown once, never stored."""

    id: str
    secret: str

    def __str__(self) -> str:
        body = f"tk_live_{self.id}_{self.secret}"
        return body + _checksum(body)


def computed_id(*parts: str | UUID) -> UUID:
    """The id that belongs to these parts, the same for everybody who computes it.

    Each part carries its length, so that no two lists of parts read alike. It is their UUIDv5,
    in the driver's class, which compares several times faster than the standard library's.
    """
    name = _prefix(*parts[:-1]) + "".join(map(_with_length, parts[-1:]))
    digest = bytearray(sha1(NAMESPACE.bytes + name.encode(), usedforsecurity=False).digest()[:16])
    digest[6] = digest[6] & 0x0F | 0x50
    digest[8] = digest[8] & 0x3F | 0x80
    return cast("UUID", pgproto.UUID(bytes(digest)))


def before(one: UUID) -> UUID:
    """The id that sorts just before another."""
    return UUID(int=one.int - 1)


@lru_cache(maxsize=1_024)
def _prefix(*parts: str | UUID) -> str:
    return "".join(map(_with_length, parts))


def _with_length(part: str | UUID) -> str:
    text = str(part)
    return f"{len(text)}:{text}"


def base62(number: int, width: int) -> str:
    """A number of at least `width` digits."""
    digits = ""
    while number or len(digits) < width:
        number, digit = divmod(number, 62)
        digits = ALPHABET[digit] + digits
    return digits


def random_text(length: int) -> str:
    """Base62 characters nobody can guess."""
    return "".join(secrets.choice(ALPHABET) for _ in range(length))


def new_api_key() -> ApiKeyText:
    """A key with 256 random bits in its secret."""
    return ApiKeyText(random_text(12), base62(secrets.randbits(256), 43))


def parse_api_key(text: str) -> ApiKeyText | None:
    """None unless the shape and the checksum are right."""
    found = API_KEY.fullmatch(text)
    if found is None or _checksum(text[:-6]) != found[3]:
        return None
    return ApiKeyText(found[1], found[2])


def secret_hash(secret: str) -> bytes:
    """What is stored of a secret. Fast is right for 256 random bits."""
    return sha256(secret.encode()).digest()


def _checksum(body: str) -> str:
    return base62(zlib.crc32(body.encode()), 6)
