"""Routes about members, one file a group."""

from app.evaluation.router import (
    answers,
    explanation,
    exports,
    listing,
    overrides,
    people,
    preview,
    status_tokens,
)

ROUTERS = (
    people.router,
    answers.router,
    status_tokens.router,
    explanation.router,
    overrides.router,
    listing.router,
    preview.router,
    exports.router,
)
