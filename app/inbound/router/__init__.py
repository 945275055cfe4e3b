"""Routes of facts: told by API, and as platforms send them."""

from app.inbound.router import exchange, facts, receiving, sources

ROUTERS = (facts.router, receiving.router, exchange.router, sources.router)
