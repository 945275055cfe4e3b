"""Secrets at rest: AES-256-GCM under a key that is not in the database."""

import os
import secrets
import tempfile
from contextlib import suppress
from pathlib import Path

from cryptography.exceptions import InvalidTag
from cryptography.hazmat.primitives.ciphers.aead import AESGCM
from cryptography.hazmat.primitives.hashes import SHA256
from cryptography.hazmat.primitives.kdf.hkdf import HKDF

NONCE = 12
KEY_FILE = "secret.key"


class Unsealable(Exception):
    """The sealed bytes were made with another key, or for another place."""


class Seal:
    """Seals texts for one place each: what was sealed for a row does not open in another.

    `secret` is the text of TIERS_SECRET_KEY; the key is derived from it by HKDF-SHA256.
    """

    def __init__(self, secret: str) -> None:
        derived = HKDF(SHA256(), 32, salt=None, info=b"customer-tiers secrets at rest")
        self._box = AESGCM(derived.derive(secret.encode()))

    def seal(self, text: str, place: str) -> bytes:
        """Nonce and ciphertext."""
        nonce = os.urandom(NONCE)
        return nonce + self._box.encrypt(nonce, text.encode(), place.encode())

    def open(self, sealed: bytes, place: str) -> str:
        """Raises Unsealable."""
        try:
            opened = self._box.decrypt(sealed[:NONCE], sealed[NONCE:], place.encode())
        except (InvalidTag, ValueError) as error:
            raise Unsealable from error
        return opened.decode()


def kept_secret(folder: Path) -> str:
    """The secret of an embedded installation, made once, readable by its owner alone."""
    path = folder / KEY_FILE
    if not path.exists():
        folder.mkdir(parents=True, exist_ok=True)
        _make(path)
    return path.read_text("ascii")


def _make(path: Path) -> None:
    """Whole or not at all, and only by the first of several processes."""
    handle, name = tempfile.mkstemp(dir=path.parent)
    try:
        with os.fdopen(handle, "w", encoding="ascii") as file:
            file.write(secrets.token_urlsafe(48))
            file.flush()
            os.fsync(file.fileno())
        with suppress(FileExistsError):
            os.link(name, path)
    finally:
        Path(name).unlink()
