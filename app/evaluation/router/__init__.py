"""Routes about members, one file a group."""

from app.evaluation.router import answers, listing, overrides, people, preview

ROUTERS = (people.router, answers.router, overrides.router, listing.router, preview.router)
