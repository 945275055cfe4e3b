"""Routes about members, one file a group."""

from app.evaluation.router import answers, explanation, exports, listing, overrides, people, preview

ROUTERS = (
    people.router,
    answers.router,
    explanation.router,
    overrides.router,
    listing.router,
    preview.router,
    exports.router,
)
