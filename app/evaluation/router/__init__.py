"""Routes about members, one file a group."""

from app.evaluation.router import listing, overrides, people

ROUTERS = (people.router, overrides.router, listing.router)
