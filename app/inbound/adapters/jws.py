"""Detached signatures by a published key: `header..signature` (RFC 7515, 7797)."""

import re
from base64 import urlsafe_b64encode
from functools import lru_cache
from typing import NamedTuple

from cryptography.exceptions import InvalidSignature
from cryptography.hazmat.primitives.asymmetric.padding import PKCS1v15
from cryptography.hazmat.primitives.asymmetric.rsa import RSAPublicKey, RSAPublicNumbers
from cryptography.hazmat.primitives.hashes import SHA256

from app.inbound.adapters.contract import Unreadable
from app.inbound.adapters.documents import Part
from app.inbound.adapters.signatures import from_base64

URL_BASE64 = re.compile(r"[A-Za-z0-9_-]*=*")
KEY_BITS = range(2048, 8193)
MOST_KEYS = 16
ONLY_EXTENSION = frozenset({"b64"})


class Key(NamedTuple):
    """A key of a JWKS; `id` "" when it has none."""

    id: str
    public: RSAPublicKey


def signed_by_jws(jwks: str, given: str, body: bytes) -> bool:
    """Whether a key of the JWKS made this signature, RS256 and nothing else. Never raises."""
    header, _, signature = given.partition("..")
    plain = _from_url_base64(header)
    signed_bytes = _from_url_base64(signature)
    if plain is None or not signed_bytes:
        return False
    try:
        said = Part.of_body(plain)
        extensions = set(said.members("crit")) if said.has("crit") else set()
        if said.get("alg") != "RS256" or not extensions <= ONLY_EXTENSION:
            return False
        keys = _keys(jwks)
    except (Unreadable, TypeError):
        return False
    payload = body if said.get("b64") is False else urlsafe_b64encode(body).rstrip(b"=")
    signed = header.encode() + b"." + payload
    named = [one for one in keys if one.id == said.get("kid")] or keys
    return True in [_made(one.public, signed_bytes, signed) for one in named]


def _made(key: RSAPublicKey, signature: bytes, signed: bytes) -> bool:
    try:
        key.verify(signature, signed, PKCS1v15(), SHA256())
    except InvalidSignature:
        return False
    return True


@lru_cache(maxsize=256)
def _keys(jwks: str) -> list[Key]:
    """The RSA keys for RS256 signatures. Raises Unreadable."""
    keys = Part.of_body(jwks.encode(errors="replace")).parts("keys")
    found = [(one, _rsa(one)) for one in keys if one.get("kty") == "RSA"]
    return [Key(one.text("kid") or "", public) for one, public in found if public][:MOST_KEYS]


def _rsa(key: Part) -> RSAPublicKey | None:
    other = key.get("use") not in (None, "sig") or key.get("alg") not in (None, "RS256")
    n, e = (_from_url_base64(key.text(name) or "") for name in ("n", "e"))
    if other or not n or not e:
        return None
    try:
        numbers = RSAPublicNumbers(int.from_bytes(e), int.from_bytes(n))
        public = numbers.public_key()
    except ValueError:
        return None
    return public if public.key_size in KEY_BITS else None


def _from_url_base64(text: str) -> bytes | None:
    fit = URL_BASE64.fullmatch(text)
    return from_base64(text.replace("-", "+").replace("_", "/")) if fit else None
