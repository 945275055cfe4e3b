"""Routes about members, one file a group."""

from app.evaluation.router import (
    answers,
    cards,
    contracts,
    explanation,
    exports,
    listing,
    overrides,
    people,
    points,
    preview,
    quotes,
    splits,
    status_tokens,
)

ROUTERS = (
    people.router,
    splits.router,
    contracts.listed,
    contracts.router,
    answers.router,
    quotes.router,
    status_tokens.router,
    cards.router,
    explanation.router,
    overrides.router,
    points.router,
    listing.router,
    preview.router,
    exports.router,
)
