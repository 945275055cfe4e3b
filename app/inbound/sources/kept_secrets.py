"""What a secret of each platform looks like. Pure."""

import json
from collections.abc import Callable, Sequence
from typing import NamedTuple

from cryptography.exceptions import UnsupportedAlgorithm
from cryptography.hazmat.primitives.asymmetric.rsa import RSAPublicKey
from cryptography.hazmat.primitives.serialization import load_pem_public_key

from app.inbound.adapters.signatures import from_base64
from app.kit.errors import Fault

LEAST_KEY, PUBLIC_KEY = 16, 32
LEAST_RSA_BITS = 2_048
UNSIGNED = frozenset({"commerceml", "cs_cart", "agora"})  # they sign nothing themselves


class Shape(NamedTuple):
    """`fits`: whether a text is such a secret; `said`: what it must be."""

    fits: Callable[[str], bool]
    said: str


def faults(platform: str, secrets: Sequence[str], *, unsigned: bool) -> list[Fault]:
    """What is wrong with the secrets of a source.

    `unsigned`: it takes deliveries without a signature, so a secret may be a password.
    """
    shape = SHAPES.get(platform, PLAIN)
    found = [
        Fault(f"/secrets/{number}", "secret_invalid", shape.said)
        for number, text in enumerate(secrets)
        if not shape.fits(text) and not (unsigned and PLAIN.fits(text))
    ]
    if len(set(secrets)) < len(secrets):
        found.append(Fault("/secrets", "secret_repeated", "The two secrets are the same."))
    return found


def _plain(text: str) -> bool:
    return text.isprintable() and text == text.strip()


def _standard(text: str) -> bool:
    if text.startswith("whpk_"):
        key = from_base64(text.removeprefix("whpk_"))
        return key is not None and len(key) == PUBLIC_KEY
    key = from_base64(text.removeprefix("whsec_"))
    return key is not None and len(key) >= LEAST_KEY


def _rsa_pem(text: str) -> bool:
    try:
        key = load_pem_public_key(text.encode())
    except (ValueError, UnsupportedAlgorithm):
        return False
    return isinstance(key, RSAPublicKey) and key.key_size >= LEAST_RSA_BITS


def _jwks_or_plain(text: str) -> bool:
    return _jwks(text) if text.lstrip().startswith("{") else _plain(text)


def _jwks(text: str) -> bool:
    try:
        keys = json.loads(text)["keys"]
        modules = [from_base64(_plain_base64(one["n"])) for one in keys if one["kty"] == "RSA"]
    except (AttributeError, KeyError, RecursionError, TypeError, ValueError):
        return False
    return bool(modules) and all(one and len(one) * 8 >= LEAST_RSA_BITS for one in modules)


def _plain_base64(text: str) -> str:
    return text.replace("-", "+").replace("_", "/")


PLAIN = Shape(_plain, "Must be one line that neither begins nor ends with a blank.")
STANDARD = Shape(
    _standard,
    f"Must be whsec_ and base64 of at least {LEAST_KEY} bytes, or whpk_ and base64 of 32.",
)
SHAPES = {
    "standard": STANDARD,
    "commerceml": STANDARD,
    "cs_cart": STANDARD,
    "agora": STANDARD,
    "adobe_commerce": Shape(_rsa_pem, "Must be the PEM of an RSA public key of 2,048 bits."),
    "saleor": Shape(_jwks_or_plain, "Must be a JWKS document with RSA keys, or one line of text."),
}
