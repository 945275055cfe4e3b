"""Routes of facts: told by API, and as platforms send them."""

from app.inbound.router import facts, receiving, sources

ROUTERS = (facts.router, receiving.router, sources.router)
