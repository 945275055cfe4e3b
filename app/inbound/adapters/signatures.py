"""Signatures of bodies. Nothing here raises: what is malformed is not signed."""

import binascii
import hashlib
import hmac
import re
from base64 import b64decode, b64encode
from collections.abc import Callable, Sequence
from datetime import UTC, datetime

from cryptography.exceptions import InvalidSignature
from cryptography.hazmat.primitives.asymmetric.ed25519 import Ed25519PublicKey

from app.inbound.adapters.contract import Headers

SECONDS = re.compile(r"[0-9]{1,11}")
SECRET_PREFIX = "whsec_"  # noqa: S105
PUBLIC_PREFIX = "whpk_"
FAMILIES = ("webhook", "svix")
MOST_SIGNATURES = 16
KEY_BYTES = 32

Key = Callable[[str], bytes | None]


def hmac_sha256(key: bytes, message: bytes) -> bytes:
    """The code of a message."""
    return hmac.digest(key, message, hashlib.sha256)


def same(given: str, right: str) -> bool:
    """Whether two texts are one, in constant time."""
    return hmac.compare_digest(given.encode(errors="replace"), right.encode(errors="replace"))


def text_keys(secrets: Sequence[str]) -> list[bytes]:
    """HMAC keys where the secret's text itself is the key."""
    return [one.encode(errors="replace") for one in secrets]


def signed_in_base64(keys: Sequence[bytes], given: str, body: bytes) -> bool:
    """Whether one of the keys made this base64 HMAC-SHA256; all are tried."""
    right = [b64encode(hmac_sha256(key, body)).decode() for key in keys if key]
    return True in [same(given, one) for one in right]


def signed_in_hex(keys: Sequence[bytes], given: str, body: bytes) -> bool:
    """Whether one of the keys made this lower-case hex HMAC-SHA256; all are tried."""
    right = [hmac_sha256(key, body).hex() for key in keys if key]
    return True in [same(given, one) for one in right]


def from_base64(text: str) -> bytes | None:
    """Padding is optional; anything but base64 is None."""
    bare = text.rstrip("=")
    try:
        return b64decode(bare + "=" * (-len(bare) % 4), validate=True)
    except (ValueError, binascii.Error):
        return None


def instant_of(seconds: str) -> datetime | None:
    """Of a header; digits only."""
    return datetime.fromtimestamp(int(seconds), UTC) if SECONDS.fullmatch(seconds) else None


def basic_password(headers: Headers) -> str | None:
    """The password of HTTP Basic, if some came."""
    scheme, _, credentials = headers.get("authorization", "").partition(" ")
    plain = from_base64(credentials.strip()) if scheme.lower() == "basic" else None
    if plain is None or b":" not in plain:
        return None
    return plain.partition(b":")[2].decode(errors="replace")


def has_password(secrets: Sequence[str], headers: Headers) -> bool:
    """Whether HTTP Basic came with one of the secrets as its password; all are tried."""
    given = basic_password(headers)
    return given is not None and True in [same(given, one) for one in secrets if one]


def standard_id(headers: Headers) -> str:
    """The message id that Standard Webhooks sign, or ""."""
    return headers.get(f"{_family(headers)}-id", "")


def standard_signed_at(headers: Headers) -> datetime | None:
    """The instant that Standard Webhooks sign."""
    return instant_of(headers.get(f"{_family(headers)}-timestamp", ""))


def decoded_key(secret: str) -> bytes | None:
    """The HMAC key of `whsec_…`, with or without the prefix; `whpk_…` is no base64 and none."""
    return from_base64(secret.removeprefix(SECRET_PREFIX))


def signed_by_standard(
    secrets: Sequence[str], headers: Headers, body: bytes, key_of: Key = decoded_key
) -> bool:
    """Whether one of the secrets made a signature of Standard Webhooks 1.0."""
    family = _family(headers)
    message_id, seconds = standard_id(headers), headers.get(f"{family}-timestamp", "")
    if not message_id or instant_of(seconds) is None:
        return False
    signed = f"{message_id}.{seconds}.".encode(errors="replace") + body
    given = [one.partition(",") for one in headers.get(f"{family}-signature", "").split()]
    by_version = [(version, text) for version, _, text in given[:MOST_SIGNATURES]]
    symmetric = [text for version, text in by_version if version == "v1"]
    asymmetric = [text for version, text in by_version if version == "v1a"]
    keys = [key for key in map(key_of, secrets) if key]
    agree = [signed_in_base64(keys, text, signed) for text in symmetric]
    agree += [_signed_by_ed25519(one, text, signed) for one in secrets for text in asymmetric]
    return any(agree)


def _family(headers: Headers) -> str:
    """All three headers are of one family: none of them is taken from the other."""
    return next((one for one in FAMILIES if f"{one}-id" in headers), FAMILIES[0])


def _signed_by_ed25519(secret: str, given: str, signed: bytes) -> bool:
    key = from_base64(secret.removeprefix(PUBLIC_PREFIX)) if PUBLIC_PREFIX in secret else None
    signature = from_base64(given)
    if key is None or len(key) != KEY_BYTES or signature is None:
        return False
    try:
        Ed25519PublicKey.from_public_bytes(key).verify(signature, signed)
    except (InvalidSignature, ValueError):
        return False
    return True
