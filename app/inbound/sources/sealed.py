"""The secrets of sources, sealed at rest and open while deliveries are verified."""

from collections.abc import Iterable, Sequence
from datetime import datetime
from typing import NamedTuple
from uuid import UUID, uuid4

from app.inbound.models import OpenSecret, SourceSecret
from app.inbound.repository import sources as repository
from app.kit.db import Session
from app.kit.logs import log
from app.kit.sealing import Seal, Unsealable


class Sealing(NamedTuple):
    """Whose secrets are sealed, with what, and when."""

    program_id: UUID
    source_id: UUID
    seal: Seal
    now: datetime


async def set_secrets(session: Session, sealing: Sealing, texts: Sequence[str]) -> None:
    """From now on the source has these secrets; one that it has already stays as it is."""
    held = await repository.secrets_of(session, sealing.program_id, [sealing.source_id])
    known = dict(zip(_texts(sealing, held), held, strict=True))
    secrets = [known.get(text) or _sealed(sealing, text) for text in texts]
    await repository.replace_secrets(session, sealing.program_id, sealing.source_id, secrets)
    for one in held:
        session.expunge(one)


def opened(seal: Seal, source_id: UUID, secrets: Iterable[SourceSecret]) -> list[OpenSecret]:
    """The secrets in clear; one that was sealed under another key is told and left out."""
    found = []
    for one in secrets:
        try:
            found.append(OpenSecret(one.id, seal.open(one.sealed, str(source_id))))
        except Unsealable as error:
            log("secret_unsealable", "error", error=error, source=str(source_id))
    return found


def _texts(sealing: Sealing, secrets: Sequence[SourceSecret]) -> list[str]:
    """The text of each secret, "" for one that cannot be opened."""
    texts = {one.id: one.text for one in opened(sealing.seal, sealing.source_id, secrets)}
    return [texts.get(one.id, "") for one in secrets]


def _sealed(sealing: Sealing, text: str) -> SourceSecret:
    return SourceSecret(
        id=uuid4(),
        source_id=sealing.source_id,
        program_id=sealing.program_id,
        place=0,
        sealed=sealing.seal.seal(text, str(sealing.source_id)),
        created_at=sealing.now,
        last_used_at=None,
    )
