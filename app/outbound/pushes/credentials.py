"""The credentials of push targets at rest: sealed for their target alone."""

import json
from collections.abc import Mapping
from uuid import UUID

from app.kit.sealing import Seal


def sealed(seal: Seal, target_id: UUID, credentials: Mapping[str, str]) -> bytes:
    return seal.seal(json.dumps(dict(credentials)), _place(target_id))


def opened(seal: Seal, target_id: UUID, content: bytes) -> dict[str, str]:
    """Raises Unsealable."""
    found: dict[str, str] = json.loads(seal.open(content, _place(target_id)))
    return found


def _place(target_id: UUID) -> str:
    return f"push_targets:{target_id}"
