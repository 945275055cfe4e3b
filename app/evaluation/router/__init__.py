"""Routes about members, one file a group."""

from app.evaluation.router import overrides, people

ROUTERS = (people.router, overrides.router)
