"""Signed tokens: JWS in compact form (RFC 7515), by Ed25519 (RFC 8037) and by nothing else."""

import json
from base64 import urlsafe_b64decode, urlsafe_b64encode
from collections.abc import Mapping
from dataclasses import dataclass
from functools import cached_property
from hashlib import sha256
from typing import Any

from cryptography.hazmat.primitives.asymmetric.ed25519 import Ed25519PrivateKey

ALGORITHM = "EdDSA"


@dataclass(frozen=True)
class SigningKey:
    """A key pair. `kid`: the thumbprint of its public half (RFC 7638)."""

    private: Ed25519PrivateKey

    @classmethod
    def new(cls) -> "SigningKey":
        return cls(Ed25519PrivateKey.generate())

    @classmethod
    def of(cls, text: str) -> "SigningKey":
        """The pair whose `text` this is."""
        return cls(Ed25519PrivateKey.from_private_bytes(_bytes(text)))

    @property
    def text(self) -> str:
        """The secret half."""
        return _text(self.private.private_bytes_raw())

    @cached_property
    def public(self) -> str:
        """The `x` of the public half."""
        return _text(self.private.public_key().public_bytes_raw())

    @cached_property
    def kid(self) -> str:
        return _text(sha256(_json({"crv": "Ed25519", "kty": "OKP", "x": self.public})).digest())

    def signed(self, kind: str, claims: Mapping[str, Any]) -> str:
        """A token; `kind` is its `typ`, so that it is never taken for another one's."""
        header = {"alg": ALGORITHM, "kid": self.kid, "typ": kind}
        signing = f"{_text(_json(header))}.{_text(_json(claims))}"
        return f"{signing}.{_text(self.private.sign(signing.encode()))}"


def public_key(kid: str, public: str) -> dict[str, str]:
    """A public key as it is published (RFC 7517)."""
    usage = {"alg": ALGORITHM, "use": "sig"}
    return {"kty": "OKP", "crv": "Ed25519", "x": public, "kid": kid, **usage}


def _json(value: Mapping[str, Any]) -> bytes:
    return json.dumps(value, sort_keys=True, separators=(",", ":"), ensure_ascii=False).encode()


def _text(raw: bytes) -> str:
    return urlsafe_b64encode(raw).rstrip(b"=").decode()


def _bytes(text: str) -> bytes:
    return urlsafe_b64decode(text + "=" * (-len(text) % 4))
